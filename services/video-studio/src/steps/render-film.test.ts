import { spawnSync } from 'node:child_process';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { testStep } from '@baton/step-sdk';
import type { MemoryBlobStore } from '@baton/step-sdk';
import { readStudioConfig } from '../config.ts';
import type { FilmJob } from '../film-job.ts';
import type { Studio } from '../film/studio.ts';
import { openStudio } from '../film/studio.ts';
import { filmJob } from '../testing/film-jobs.ts';
import { isInstalled, processesNaming } from '../testing/programs.ts';
import { drawSlide } from '../testing/slides.ts';
import { testDirectory } from '../testing/test-directory.ts';
import { defineRenderFilm } from './render-film.ts';

// Real programs on a machine that may be busy: what takes seconds here may take a minute there.
const ffmpegIsInstalled = isInstalled('ffmpeg', '-version');
let directory: ReturnType<typeof testDirectory>;
beforeEach(() => { directory = testDirectory(); });
afterEach(() => directory.remove());

const studio = (settings: Record<string, string> = {}): Studio => openStudio(readStudioConfig({ VIDEO_STUDIO_SPEECH: 'text2wav', VIDEO_STUDIO_FFMPEG: 'node-av', VIDEO_STUDIO_SCRATCH: directory.path, ...settings }));
const render = (made: { job: FilmJob; blobs: MemoryBlobStore }, options: { studio?: Studio; signal?: AbortSignal } = {}) =>
  testStep(defineRenderFilm(options.studio ?? studio()), { job: made.job }, { blobs: made.blobs, ...(options.signal === undefined ? {} : { signal: options.signal }) });
const bytesOf = async (blobs: MemoryBlobStore, hash: string): Promise<Buffer> => buffer(await blobs.get(hash));
const findings = async (run: Promise<unknown>): Promise<unknown> => run.then(() => 'no error', (error: { name: string; findings: unknown }) => [error.name, error.findings]);
const parts = (kind: string): string[] => readdirSync(join(directory.path, 'parts')).filter((name) => name.startsWith(kind)).map((name) => join(directory.path, 'parts', name));

const ways = [
  { name: 'what npm brings', settings: { VIDEO_STUDIO_SPEECH: 'text2wav', VIDEO_STUDIO_FFMPEG: 'node-av' }, there: true },
  { name: 'the programs of the machine', settings: { VIDEO_STUDIO_SPEECH: 'espeak-ng', VIDEO_STUDIO_FFMPEG: 'ffmpeg' }, there: ffmpegIsInstalled && isInstalled('espeak-ng', '--version') },
];

describe.each(ways)('render_film with $name', ({ settings, there }) => {
  (there ? it : it.skip)('makes film, captions and poster, and says how far it is', async () => {
    const made = await filmJob([['Good morning.', 'This is the fund.'], ['It gained two percent.']]);
    made.job.posterSceneId = 'scene-1';
    const { output, heartbeats, logs, blobs } = await render(made, { studio: studio(settings) });
    const { film } = output;
    expect(film.film).toMatchObject({ mediaType: 'video/mp4', name: 'film.mp4' });
    expect(film.poster.hash).toBe(made.job.scenes[1]?.slide.hash);
    expect(film.probe.video).toMatchObject({ codec: 'avc', width: 1920, height: 1080, framesPerSecond: 30 });
    expect(Math.abs(film.durationSeconds - film.probe.expectedSeconds)).toBeLessThan(0.1);
    expect(film.scenes.map(({ id }) => id)).toEqual(['scene-0', 'scene-1']);
    expect(film.scenes[0]).toMatchObject({ startSeconds: 0, endSeconds: film.scenes[1]?.startSeconds });
    expect(film.scenes[1]?.endSeconds).toBeCloseTo(film.durationSeconds, 2);

    const captions = (await bytesOf(blobs as MemoryBlobStore, film.captions.hash)).toString('utf8');
    expect(captions.startsWith('WEBVTT\n')).toBe(true);
    expect(captions.match(/-->/g)?.length).toBe(3);
    expect(captions).toContain('It gained two percent.');

    const percents = heartbeats.map((one) => one.percent ?? 0);
    expect(percents).toEqual([...percents].sort((a, b) => a - b));
    expect(percents.at(-1)).toBe(100);
    expect(heartbeats.map((one) => one.message)).toEqual(expect.arrayContaining(['Narrating: 3 of 3 sentences', 'Filming scene 2 of 2', 'Joining scenes and sound', 'Checking the film']));
    expect(logs.at(-1)).toMatchObject({ message: 'film made', fields: { sentencesMade: '3 of 3', scenesMade: '2 of 2', filmMade: true } });
    expect(readdirSync(join(directory.path, 'rooms'))).toEqual([]);
  });

  (there && ffmpegIsInstalled ? it : it.skip)('speaks when the captions say so, at −16 LUFS and without clipping', async () => {
    const made = await filmJob([['In October the fund returned two percent, after fees.', 'Past performance is not a reliable guide to future results.'], ['Please read the key information document before you invest.']]);
    const { output, blobs } = await render(made, { studio: studio(settings) });
    const path = join(directory.path, 'film.mp4');
    writeFileSync(path, await bytesOf(blobs as MemoryBlobStore, output.film.film.hash));
    const heard = (filter: string): string => spawnSync('ffmpeg', ['-hide_banner', '-i', path, '-vn', '-af', filter, '-f', 'null', '-'], { encoding: 'utf8' }).stderr;

    const loudness = heard('ebur128=peak=true');
    expect(Math.abs(Number(/I:\s+(-[\d.]+) LUFS/.exec(loudness.slice(loudness.lastIndexOf('Summary')))?.[1]) + 16)).toBeLessThan(1);
    expect(Number(/Peak:\s+(-[\d.]+) dBFS/.exec(loudness)?.[1])).toBeLessThan(-1);

    const captions = (await bytesOf(blobs as MemoryBlobStore, output.film.captions.hash)).toString('utf8');
    const seconds = (text: string): number => Number(text.slice(0, 2)) * 3_600 + Number(text.slice(3, 5)) * 60 + Number(text.slice(6));
    const cues = [...captions.matchAll(/(\S+) --> (\S+)/g)].map(([, start, end]) => [seconds(start ?? ''), seconds(end ?? '')]);
    const quiet = heard('silencedetect=n=-45dB:d=0.3');
    const soundStarts = [...quiet.matchAll(/silence_end: ([\d.]+)/g)].map(([, at]) => Number(at)).slice(0, 3);
    const soundEnds = [...quiet.matchAll(/silence_start: ([\d.]+)/g)].map(([, at]) => Number(at)).slice(1, 4);
    // Sentences of two cues change inside their sound: what counts is where each sentence begins and ends.
    const starts = cues.filter(([start], index) => index === 0 || (start ?? 0) - (cues[index - 1]?.[1] ?? 0) > 0.1).map(([start]) => start);
    const ends = cues.filter(([, end], index) => index === cues.length - 1 || (cues[index + 1]?.[0] ?? 0) - (end ?? 0) > 0.1).map(([, end]) => end);
    expect(starts.length).toBe(3);
    for (const index of [0, 1, 2]) {
      expect(Math.abs((starts[index] ?? 0) - (soundStarts[index] ?? 0))).toBeLessThan(0.1);
      expect(Math.abs((ends[index] ?? 0) - (soundEnds[index] ?? 0))).toBeLessThan(0.1);
    }
  });
});

describe('render_film', () => {
  it('makes the same film from the same job, and nothing twice', async () => {
    const made = await filmJob([['Good morning.'], ['Good bye.']]);
    const first = await render(made);
    const times = [...parts('narration'), ...parts('scene')].map((path) => [path, statSync(path).ino]);
    const again = await render(made);
    expect(again.output).toEqual(first.output);
    expect(again.logs.at(-1)?.fields).toMatchObject({ sentencesMade: '0 of 2', scenesMade: '0 of 2', filmMade: false });
    expect([...parts('narration'), ...parts('scene')].map((path) => [path, statSync(path).ino])).toEqual(times);
    directory.remove();
    expect((await render(made)).output).toEqual(first.output);
  });

  it('makes only what a changed sentence changes', async () => {
    const made = await filmJob([['Good morning.', 'All is well.'], ['Good bye.']]);
    await render(made);
    (made.job.scenes[0]?.sentences ?? [])[1] = { text: 'All is very well indeed today.' };
    expect((await render(made)).logs.at(-1)?.fields).toMatchObject({ sentencesMade: '1 of 3', scenesMade: '1 of 2', filmMade: true });
  });

  it('says what is wrong with every slide, and that is final', async () => {
    const made = await filmJob([['One.'], ['Two.'], ['Three.']]);
    const small = await made.blobs.put(drawSlide(9, { width: 640, height: 360 }), { name: 'small.png', mediaType: 'image/png' });
    const text = await made.blobs.put(Buffer.from('no picture'), { name: 'text.png', mediaType: 'image/png' });
    Object.assign(made.job.scenes[0] ?? {}, { slide: small });
    Object.assign(made.job.scenes[2] ?? {}, { slide: text });
    expect(await findings(render(made))).toEqual(['FilmJobInvalid', [
      expect.objectContaining({ code: 'slide_not_usable', field: '/job/scenes/0/slide', message: expect.stringContaining('Expected a PNG of 1920×1080, but it is 640×360') }),
      expect.objectContaining({ field: '/job/scenes/2/slide', message: expect.stringContaining('Expected a PNG, but the file is something else') }),
    ]]);
  });

  it('names the field of a job that does not fit', async () => {
    const made = await filmJob([['One.']]);
    (made.job.scenes[0]?.sentences ?? [])[0] = { text: '' };
    expect(JSON.stringify(await findings(render(made)))).toContain('/job/scenes/0/sentences/0/text');
  });

  it.each(['Narrating: 1 of 4', 'Filming scene 2 of 2'])('stops at once when it is cancelled at "%s", and leaves no process or working file', async (moment) => {
    const made = await filmJob([['Good morning to everybody.', 'And welcome.'], ['Good bye.', 'Until next time, with more news.']]);
    const stop = new AbortController();
    const studioHere = studio();
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const step = defineRenderFilm(studioHere);
    const run = testStep({ ...step, run: (input, ctx) => step.run(input, { ...ctx, heartbeat: (one) => { if (one?.message?.startsWith(moment) === true) stop.abort(new Error('cancelled')); } }) }, { job: made.job }, { blobs: made.blobs, signal: stop.signal, log });
    await expect(run).rejects.toThrow('cancelled');
    expect(processesNaming(directory.path)).toEqual([]);
    expect(readdirSync(join(directory.path, 'rooms'))).toEqual([]);
    expect(studioHere.parts.isInUse(parts('narration')[0] ?? '')).toBe(false);
    // The slot is free again and what was finished is kept.
    const { logs } = await render(made, { studio: studioHere });
    expect(logs.at(-1)?.fields['sentencesMade']).not.toBe('4 of 4');
  });

  it('recovers by itself from a damaged part: one failed attempt, then a good film', async () => {
    const made = await filmJob([['Good morning.'], ['Good bye.']]);
    await render(made);
    for (const path of [...parts('film'), ...parts('scene').slice(0, 1)]) writeFileSync(path, 'damaged');
    await expect(render(made)).rejects.toThrow(/not what was ordered|ended with code/);
    const { output } = await render(made);
    expect(output.film.probe.video.framesPerSecond).toBe(30);
  });

  it('makes one film at a time and says that it waits', async () => {
    const [one, two] = [await filmJob([['Good morning.']]), await filmJob([['Good evening.']])];
    const shared = studio();
    const [first, second] = await Promise.all([render(one, { studio: shared }), render(two, { studio: shared })]);
    expect(first.heartbeats[0]?.message).toBe('Fetching the slides');
    expect(second.heartbeats[0]?.message).toBe('Waiting until another film is made');
  });
});
