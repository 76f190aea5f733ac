/**
 * Makes a film from files, without the platform: for trying voices and slides.
 * Usage: node src/render-file.ts JOB.json OUT_DIRECTORY
 * JOB.json is a film job whose `slide` is the path of a PNG, relative to JOB.json. OUT_DIRECTORY receives film.mp4,
 * captions.vtt, poster.png and result.json. Settings as for the service, from the environment.
 */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { ArtifactRef } from '@baton/contracts';
import type { StepBlobs, StepLog } from '@baton/step-sdk';
import { readStudioConfig } from './config.ts';
import { FilmJob } from './film-job.ts';
import { renderFilm } from './film/render-film.ts';
import { openStudio } from './film/studio.ts';

const [jobPath, outDirectory] = process.argv.slice(2);
if (jobPath === undefined || outDirectory === undefined) {
  console.error('Usage: node src/render-file.ts JOB.json OUT_DIRECTORY');
  process.exit(2);
}

const files = new Map<string, string>();
const refer = (bytes: Uint8Array, about: { name: string; mediaType: string }): ArtifactRef => ({ hash: createHash('sha256').update(bytes).digest('hex') as ArtifactRef['hash'], bytes: bytes.length, ...about });

const blob: StepBlobs = {
  async put(bytes, about) {
    await writeFile(join(outDirectory, about.name), bytes);
    return refer(bytes, about);
  },
  async putFile(path, about) {
    await copyFile(path, join(outDirectory, about.name));
    return refer(await readFile(path), about);
  },
  get: async (ref) => readFile(pathOf(ref)),
  getToFile: async (ref, path) => copyFile(pathOf(ref), path),
};

function pathOf(ref: ArtifactRef | string): string {
  const path = files.get(typeof ref === 'string' ? ref : ref.hash);
  if (path === undefined) throw new Error('There is no such file in the job');
  return path;
}

const raw = JSON.parse(await readFile(jobPath, 'utf8')) as { scenes: { slide: unknown }[] };
for (const scene of raw.scenes) {
  const path = resolve(dirname(jobPath), String(scene.slide));
  const ref = refer(await readFile(path), { name: 'slide.png', mediaType: 'image/png' });
  files.set(ref.hash, path);
  scene.slide = ref;
}
const job = FilmJob.parse(raw);
await mkdir(outDirectory, { recursive: true });

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort(new Error(`Stopped by ${signal}`)));
const line = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string) => console.error(JSON.stringify({ level, message, ...fields }));
const log: StepLog = { info: line('info'), warn: line('warn'), error: line('error') };

const result = await renderFilm(job, openStudio(readStudioConfig(process.env)), {
  blob,
  log,
  signal: stop.signal,
  heartbeat: ({ percent, message } = {}) => console.error(`${String(percent ?? 0).padStart(3)} %  ${message ?? ''}`),
});
await writeFile(join(outDirectory, 'result.json'), `${JSON.stringify(result, null, 2)}\n`);
