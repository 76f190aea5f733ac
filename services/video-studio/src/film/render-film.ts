import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import type { StepContext } from '@baton/step-sdk';
import { formatWebVtt } from '../captions/web-vtt.ts';
import { FilmJobInvalid } from '../errors.ts';
import { filmLimits } from '../film-job.ts';
import type { FilmJob } from '../film-job.ts';
import type { FilmResult } from '../film-result.ts';
import type { PartUse } from '../scratch/part-store.ts';
import { newRoom } from '../scratch/rooms.ts';
import { sweepScratch } from '../scratch/sweep.ts';
import { framesPerSecond, joiningVersion } from '../video/picture.ts';
import { filmCaptions } from './captions.ts';
import { checkFilm } from './check-film.ts';
import { narrate } from './narration.ts';
import { encodeScenes } from './pictures.ts';
import { FilmProgress } from './progress.ts';
import { fetchSlides } from './slides.ts';
import { narrationGain, soundTrack } from './sound-track.ts';
import type { Studio } from './studio.ts';
import { calmPacing, layOut } from './timeline.ts';

export type RenderContext = Pick<StepContext, 'signal' | 'log' | 'heartbeat' | 'blob'>;

/** ISO 639-2 codes, as MP4 wants them. */
const languageCodes = { en: 'eng' } as const;

/**
 * Makes the film: slides in, sentences spoken, time laid out, scenes encoded, all joined, read back and compared.
 *
 * Invariants:
 * 1. What was finished is never made again, by this attempt or a later one, unless the finished film turned out wrong.
 * 2. When it ends, well or not, no child runs and no working file of it is left.
 * 3. It answers only with a film that was read back and is what was ordered.
 *
 * @throws FilmJobInvalid when the job is at fault; ChildFailed, FilmCheckFailed, NoProvider when we are; the signal's reason when aborted.
 */
export async function renderFilm(job: FilmJob, studio: Studio, ctx: RenderContext): Promise<FilmResult> {
  const progress = new FilmProgress((one) => ctx.heartbeat(one));
  const parts = studio.parts.openUse();
  let giveBack: (() => void) | undefined;
  let room: string | undefined;
  try {
    giveBack = await studio.slots.take(ctx.signal, (before) => progress.waiting(`Waiting until ${before === 1 ? 'another film is' : `${before} other films are`} made`));
    await sweep(studio, ctx);
    room = await newRoom(studio.config.scratchDirectory);
    return await render(job, { studio, ctx, progress, parts, room });
  } finally {
    progress.close();
    if (room !== undefined) await rm(room, { recursive: true, force: true });
    parts.release();
    giveBack?.();
  }
}

interface Work {
  readonly studio: Studio;
  readonly ctx: RenderContext;
  readonly progress: FilmProgress;
  readonly parts: PartUse;
  readonly room: string;
}

async function render(job: FilmJob, { studio, ctx, progress, parts, room }: Work): Promise<FilmResult> {
  const { signal, blob } = ctx;
  const { speech, video } = await studio.providers(signal);
  progress.at('slides', 0, 'Fetching the slides');
  const slides = await fetchSlides(job, { room, blob, signal });

  const narrated = await narrate(job, {
    speech, voice: studio.config.voice, parts, signal,
    onSentence: (done, total) => progress.at('narration', done / total, `Narrating: ${done} of ${total} sentences`),
  });
  const sentences = narrated.flat();
  const timeline = layOut(job.scenes.map(({ id }, index) => ({ id, sentenceSamples: (narrated[index] ?? []).map((one) => one.samples) })), { sampleRate: sentences[0]?.sampleRate ?? 0, pacing: calmPacing });
  if (timeline.expectedSeconds > filmLimits.filmSeconds) throw tooLong(timeline.expectedSeconds);
  const cues = filmCaptions(job, timeline, sentences);
  const gain = narrationGain(sentences, studio.config.loudnessLufs);

  const scenes = await encodeScenes(job, timeline, {
    video, parts, slides, signal,
    onFrames: ({ done, scene }) => progress.at('pictures', done / timeline.frames, `Filming scene ${scene + 1} of ${job.scenes.length}`),
  });

  const joined = scenes.map((part, index) => ({ path: part.path, frames: timeline.scenes[index]?.frames ?? 0 }));
  const checked = await discardingOnFailure({ parts, signal }, async () => {
    const film = await parts.get({
      kind: 'film',
      extension: 'mp4',
      from: { joiningVersion, video: video.id, joined: joined.map(({ path }) => basename(path)), timeline, sound: sentences.map(({ path }) => basename(path)), gain, cues, title: job.title, language: job.language },
      make: (path) =>
        video.assemble(
          { title: job.title, language: languageCodes[job.language], scenes: joined, frames: timeline.frames, sound: soundTrack(timeline, sentences, gain), soundSampleRate: timeline.sampleRate, cues, workDirectory: room },
          path,
          { signal, deadlineMs: 60_000 + timeline.frames * 50, onFrames: (frames) => progress.at('assembly', frames / timeline.frames, 'Joining scenes and sound') },
        ),
    });
    progress.at('check', 0, 'Checking the film');
    return { film, probe: await checkFilm(film.path, { expectedSeconds: timeline.expectedSeconds, frames: timeline.frames }) };
  });

  progress.at('storing', 0, 'Storing the film');
  const result: FilmResult = {
    film: await blob.putFile(checked.film.path, { name: 'film.mp4', mediaType: 'video/mp4' }),
    captions: await blob.put(Buffer.from(formatWebVtt(cues), 'utf8'), { name: 'captions.vtt', mediaType: 'text/vtt' }),
    poster: await blob.putFile(slides.get(posterHash(job)) ?? '', { name: 'poster.png', mediaType: 'image/png' }),
    durationSeconds: checked.probe.durationSeconds,
    scenes: timeline.scenes.map(({ id, firstFrame, frames }) => ({ id, startSeconds: firstFrame / framesPerSecond, endSeconds: (firstFrame + frames) / framesPerSecond })),
    probe: checked.probe,
  };
  const made = (all: readonly { made: boolean }[]): string => `${all.filter((part) => part.made).length} of ${all.length}`;
  ctx.log.info({ durationSeconds: result.durationSeconds, filmBytes: result.film.bytes, speech: speech.id, video: video.id, sentencesMade: made(sentences), scenesMade: made(scenes), filmMade: checked.film.made }, 'film made');
  progress.at('storing', 1, 'The film is made');
  return result;
}

/** A wrong film may come from a damaged part: the next attempt must not be given the same one again. */
async function discardingOnFailure<T>({ parts, signal }: { parts: PartUse; signal: AbortSignal }, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!signal.aborted) await parts.discard();
    throw error;
  }
}

async function sweep(studio: Studio, ctx: RenderContext): Promise<void> {
  const { config, parts } = studio;
  const swept = await sweepScratch(config.scratchDirectory, { maxBytes: config.scratchMaxBytes, maxAgeMs: config.scratchMaxAgeMs, nowMs: Date.now(), isInUse: (path) => parts.isInUse(path) });
  if (swept.partsRemoved + swept.roomsRemoved > 0) ctx.log.info(swept, 'scratch swept');
}

function posterHash(job: FilmJob): string {
  const scene = job.scenes.find(({ id }) => id === job.posterSceneId) ?? job.scenes[0];
  return scene?.slide.hash ?? '';
}

function tooLong(seconds: number): FilmJobInvalid {
  return new FilmJobInvalid([{
    code: 'film_too_long',
    field: '/job/scenes',
    message: `The film would last ${Math.round(seconds)} s; at most ${filmLimits.filmSeconds} s are allowed.`,
    help: 'Shorten the narration, or make several films.',
    severity: 'error',
  }]);
}
