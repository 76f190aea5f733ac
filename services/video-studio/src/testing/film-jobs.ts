import { memoryBlobStore } from '@baton/step-sdk';
import type { MemoryBlobStore } from '@baton/step-sdk';
import type { FilmJob } from '../film-job.ts';
import { drawSlide } from './slides.ts';

/** A short film of as many scenes as there are texts, with its slides in a store. */
export async function filmJob(scenes: readonly (readonly string[])[]): Promise<{ job: FilmJob; blobs: MemoryBlobStore }> {
  const blobs = memoryBlobStore();
  const job: FilmJob = { title: 'A film for a test', language: 'en', scenes: [] };
  for (const [index, texts] of scenes.entries()) {
    const slide = await blobs.put(drawSlide(index), { name: `slide-${index}.png`, mediaType: 'image/png' });
    job.scenes.push({ id: `scene-${index}`, slide, sentences: texts.map((text) => ({ text })) });
  }
  return { job, blobs };
}
