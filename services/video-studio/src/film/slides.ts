import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding, StepBlobs } from '@baton/step-sdk';
import { FilmJobInvalid } from '../errors.ts';
import { filmLimits } from '../film-job.ts';
import type { FilmJob } from '../film-job.ts';
import { slideProblem } from './slide-png.ts';

/**
 * Brings every slide into the room, each once however many scenes show it.
 * @returns paths by content hash.
 * @throws FilmJobInvalid with a finding for every scene whose slide is no PNG of the film's size.
 */
export async function fetchSlides(job: FilmJob, about: { readonly room: string; readonly blob: StepBlobs; readonly signal: AbortSignal }): Promise<Map<string, string>> {
  const paths = new Map<string, string>();
  const findings: Finding[] = [];
  for (const [index, { id, slide }] of job.scenes.entries()) {
    about.signal.throwIfAborted();
    if (paths.has(slide.hash)) continue;
    const path = join(about.room, `${slide.hash}.png`);
    let problem = slide.bytes > filmLimits.slideBytes ? `Expected at most ${filmLimits.slideBytes / 1024 / 1024} MB, but it has ${Math.ceil(slide.bytes / 1024 / 1024)} MB` : undefined;
    if (problem === undefined) {
      const bytes = await about.blob.get(slide);
      problem = slideProblem(bytes);
      if (problem === undefined) await writeFile(path, bytes);
    }
    if (problem === undefined) paths.set(slide.hash, path);
    else findings.push({ code: 'slide_not_usable', field: `/job/scenes/${index}/slide`, message: `The slide of scene '${id}' cannot be filmed. ${problem}.`, help: 'Draw the slide as a PNG of 1920×1080 pixels and store it again.', severity: 'error' });
  }
  if (findings.length > 0) throw new FilmJobInvalid(findings);
  return paths;
}
