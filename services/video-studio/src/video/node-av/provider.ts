import { writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { programBeside } from '../../child/node-program.ts';
import { runChild } from '../../child/run-child.ts';
import { concatList } from '../concat-list.ts';
import { framesPerSecond } from '../picture.ts';
import type { VideoProvider, WorkOptions } from '../provider.ts';
import type { Order } from './order.ts';

/**
 * The FFmpeg libraries of the npm package node-av, for machines without ffmpeg.
 * They are GPL and native: they run in a program of their own (`program.ts`), never in the service's process,
 * which neither loads them nor dies with them.
 * @throws ChildFailed when the package or its binary for this platform is missing.
 */
export async function openNodeAv(options: { readonly signal: AbortSignal }): Promise<VideoProvider> {
  const version = (await run({ kind: 'version' }, { signal: options.signal, deadlineMs: 30_000 })).toString('utf8').trim();
  return {
    id: `node-av ${version}`,
    async encodeScene(scene, target, work) {
      const paths = scene.fadeFrames > 0 && scene.previousSlidePath !== undefined ? [scene.previousSlidePath, scene.slidePath] : [scene.slidePath];
      const cwd = dirname(scene.slidePath);
      if (paths.some((path) => dirname(path) !== cwd || !/^[\w.-]+$/.test(basename(path)))) throw new Error('Expected the slides in one directory, under plain names');
      const { frames, fadeFrames } = scene;
      // The open pipe tells the program when we die: it then ends instead of encoding on for nobody.
      await run({ kind: 'scene', slides: paths.map((path) => basename(path)), frames, fadeFrames, target }, work, { stdin: 'open', cwd });
    },
    async assemble(film, target, work) {
      const listPath = join(film.workDirectory, 'scenes.ffconcat');
      await writeFile(listPath, concatList(film.scenes));
      const soundBytes = Math.round((film.frames * film.soundSampleRate) / framesPerSecond) * 4;
      const { title, language, frames, cues, soundSampleRate } = film;
      await run({ kind: 'film', title, language, listPath, frames, cues, soundSampleRate, soundBytes, target }, work, { stdin: film.sound });
    },
  };
}

async function run(order: Order, work: WorkOptions, more: { stdin?: AsyncIterable<Uint8Array> | 'open'; cwd?: string } = {}): Promise<Buffer> {
  return runChild({
    program: process.execPath,
    args: [programBeside(import.meta.url, 'program'), JSON.stringify(order)],
    ...more,
    stdout: { maxBytes: 10_000 },
    onStderrLine: (line) => {
      const frames = /^frame=(\d+)$/.exec(line)?.[1];
      if (frames === undefined) return false;
      work.onFrames?.(Number(frames));
      return true;
    },
    signal: work.signal,
    deadlineMs: work.deadlineMs,
  });
}
