import type { FilmJob } from '../film-job.ts';
import type { Part, PartUse } from '../scratch/part-store.ts';
import { sceneGraph, x264 } from '../video/picture.ts';
import type { VideoProvider } from '../video/provider.ts';
import type { Timeline } from './timeline.ts';

export interface PictureWork {
  readonly video: VideoProvider;
  readonly parts: PartUse;
  /** Paths of the slides by their hash. */
  readonly slides: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
  readonly onFrames: (about: { done: number; scene: number }) => void;
}

/** A scene of one minute takes a few seconds; a machine twenty times slower is still given the time. */
const sceneDeadlineMs = (frames: number): number => 60_000 + frames * 100;

/** Encodes the scenes that are not there yet, one after the other: the encoder itself uses every core. */
export async function encodeScenes(job: FilmJob, timeline: Timeline, work: PictureWork): Promise<Part[]> {
  const parts: Part[] = [];
  const slidePath = (hash: string): string => {
    const path = work.slides.get(hash);
    if (path === undefined) throw new Error(`Expected the slide ${hash} to be fetched`);
    return path;
  };
  let done = 0;
  for (const [index, scene] of job.scenes.entries()) {
    const { frames, fadeFrames } = timeline.scenes[index] as Timeline['scenes'][number];
    const before = fadeFrames === 0 ? undefined : job.scenes[index - 1]?.slide.hash;
    work.onFrames({ done, scene: index });
    parts.push(await work.parts.get({
      kind: 'scene',
      extension: 'mp4',
      from: { video: work.video.id, slide: scene.slide.hash, before: before ?? null, graph: sceneGraph({ frames, fadeFrames }), x264 },
      make: (path) =>
        work.video.encodeScene({ slidePath: slidePath(scene.slide.hash), previousSlidePath: before === undefined ? undefined : slidePath(before), frames, fadeFrames }, path, {
          signal: work.signal,
          deadlineMs: sceneDeadlineMs(frames),
          onFrames: (encoded) => work.onFrames({ done: done + encoded, scene: index }),
        }),
    }));
    done += frames;
  }
  return parts;
}
