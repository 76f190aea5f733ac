import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkFilm } from '../film/check-film.ts';
import { isInstalled, processesNaming, until } from '../testing/programs.ts';
import { drawSlide } from '../testing/slides.ts';
import { testDirectory } from '../testing/test-directory.ts';
import { chooseVideo } from './choose.ts';
import { openFfmpeg } from './ffmpeg.ts';
import { openNodeAv } from './node-av/provider.ts';
import type { VideoProvider } from './provider.ts';

// Real programs on a machine that may be busy: what takes seconds here may take a minute there.
const signal = new AbortController().signal;
const deadlineMs = 300_000;
const ffmpegIsInstalled = isInstalled('ffmpeg', '-version');
const ffprobeIsInstalled = isInstalled('ffprobe', '-version');
const directory = testDirectory();
afterAll(directory.remove);
const slide = (number: number): string => join(directory.path, `${number}.png`);
beforeAll(() => { for (const number of [1, 2, 3]) writeFileSync(slide(number), drawSlide(number)); });

async function* tone(frames: number, sampleRate = 22_050): AsyncGenerator<Uint8Array> {
  const samples = (frames * sampleRate) / 30;
  const bytes = Buffer.alloc(samples * 4);
  for (let index = 0; index < samples * 2; index += 1) bytes.writeInt16LE(Math.round(6_000 * Math.sin((Math.floor(index / 2) * 2 * Math.PI * 440) / sampleRate)), index * 2);
  // Pieces that do not end on a sample: a pipe cuts where it likes.
  for (let at = 0; at < bytes.length; at += 9_999) yield bytes.subarray(at, at + 9_999);
}

async function film(video: VideoProvider, lengths: readonly number[], name: string): Promise<string> {
  const scenes: { path: string; frames: number }[] = [];
  for (const [index, frames] of lengths.entries()) {
    const path = join(directory.path, `${name}-${index}.mp4`);
    await video.encodeScene({ slidePath: slide(index + 1), previousSlidePath: index === 0 ? undefined : slide(index), frames, fadeFrames: index === 0 ? 0 : 15 }, path, { signal, deadlineMs });
    scenes.push({ path, frames });
  }
  const workDirectory = join(directory.path, `${name}-room`);
  mkdirSync(workDirectory);
  const frames = lengths.reduce((sum, length) => sum + length, 0);
  const target = join(directory.path, `${name}.mp4`);
  const cues = [{ startSeconds: 0.5, endSeconds: 1.25, lines: ['Fees < 1 % & falling', 'second line'] }, { startSeconds: 1.25, endSeconds: 2, lines: ['Ünïcode'] }];
  await video.assemble({ title: "It's 100 % \"A & B\" = é", language: 'eng', scenes, frames, sound: tone(frames), soundSampleRate: 22_050, cues, workDirectory }, target, { signal, deadlineMs });
  return target;
}

const pictures = (path: string): string => spawnSync('ffmpeg', ['-v', 'error', '-i', path, '-map', '0:v', '-f', 'md5', '-'], { encoding: 'utf8' }).stdout;

const providers = [
  { name: 'ffmpeg', open: () => openFfmpeg({ signal }), there: ffmpegIsInstalled },
  { name: 'node-av', open: () => openNodeAv({ signal }), there: true },
];

describe.each(providers)('video by $name', ({ name, open, there }) => {
  const filmed = there ? it : it.skip;

  filmed('joins scenes of odd lengths into a film that is exact to the frame', async () => {
    const path = await film(await open(), [37, 16, 51], `${name}-odd`);
    const probe = await checkFilm(path, { expectedSeconds: 104 / 30, frames: 104 });
    expect(probe).toMatchObject({ video: { codec: 'avc', codecString: 'avc1.640028', width: 1920, height: 1080, framesPerSecond: 30, frames: 104 }, audio: { codec: 'aac', sampleRate: 48_000, channels: 2 } });
    expect(probe.durationSeconds).toBeCloseTo(104 / 30, 2);
  });

  (there && ffprobeIsInstalled ? it : it.skip)('says of itself what it is, and begins with its index', async () => {
    const path = await film(await open(), [40, 40], `${name}-probe`);
    const { streams, format } = JSON.parse(spawnSync('ffprobe', ['-v', 'error', '-of', 'json', '-show_streams', '-show_format', path], { encoding: 'utf8' }).stdout) as { streams: Record<string, unknown>[]; format: { duration: string; tags: { title: string } } };
    expect(streams).toMatchObject([
      { codec_name: 'h264', profile: 'High', pix_fmt: 'yuv420p', width: 1920, height: 1080, r_frame_rate: '30/1', avg_frame_rate: '30/1', nb_frames: '80', color_space: 'bt709', color_range: 'tv', has_b_frames: 0 },
      { codec_name: 'aac', profile: 'LC', sample_rate: '48000', channels: 2 },
      { codec_name: 'mov_text', tags: { language: 'eng' } },
    ]);
    expect(Number(format.duration)).toBeCloseTo(80 / 30, 2);
    expect(format.tags.title).toBe("It's 100 % \"A & B\" = é");
    const bytes = readFileSync(path);
    expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'));
    const keyFrames = spawnSync('ffprobe', ['-v', 'error', '-select_streams', 'v', '-skip_frame', 'nokey', '-show_entries', 'frame=pts_time', '-of', 'csv=p=0', path], { encoding: 'utf8' }).stdout;
    expect(keyFrames.split('\n').map((line) => line.replace(',', '')).filter((line) => line !== '')).toEqual(['0.000000', '1.333333']);
  });

  (there && ffmpegIsInstalled ? it : it.skip)('carries the captions inside', async () => {
    const path = await film(await open(), [70], `${name}-captions`);
    const srt = spawnSync('ffmpeg', ['-v', 'error', '-i', path, '-map', '0:s', '-f', 'srt', '-'], { encoding: 'utf8' }).stdout;
    expect(srt.replaceAll(/<\/?font[^>]*>|\r/g, '')).toContain('1\n00:00:00,500 --> 00:00:01,250\nFees < 1 % & falling\nsecond line\n\n2\n00:00:01,250 --> 00:00:02,000\nÜnïcode');
  });

  filmed('reports how many frames are done', async () => {
    const seen: number[] = [];
    await (await open()).encodeScene({ slidePath: slide(1), previousSlidePath: undefined, frames: 60, fadeFrames: 0 }, join(directory.path, `${name}-progress.mp4`), { signal, deadlineMs, onFrames: (frames) => seen.push(frames) });
    expect(seen.length).toBeGreaterThan(0);
    expect(Math.max(...seen)).toBeLessThanOrEqual(60);
  });

  filmed('leaves no process when it is cancelled in the middle', async () => {
    const stop = new AbortController();
    const target = join(directory.path, `${name}-cancelled.mp4`);
    const work = (await open()).encodeScene({ slidePath: slide(1), previousSlidePath: slide(2), frames: 50_000, fadeFrames: 15 }, target, { signal: stop.signal, deadlineMs, onFrames: (frames) => { if (frames > 1) stop.abort(new Error('the run was cancelled')); } });
    await expect(work).rejects.toThrow('the run was cancelled');
    expect(processesNaming(directory.path)).toEqual([]);
  });

  (there && process.platform === 'linux' ? it : it.skip)('stops encoding when the process that asked for it is killed with -9', async () => {
    const target = join(directory.path, `${name}-orphan.mp4`);
    const scene = JSON.stringify({ slidePath: slide(1), frames: 500_000, fadeFrames: 0 });
    const asking = `const { chooseVideo } = await import(${JSON.stringify(new URL('choose.ts', import.meta.url))}); const work = { signal: new AbortController().signal, deadlineMs: 600000 };
      await (await chooseVideo(${JSON.stringify(name)}, work)).encodeScene(${scene}, ${JSON.stringify(target)}, { ...work, onFrames: (frames) => { if (frames > 1) console.log('encoding'); } });`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', asking], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(parent.stdout, 'data');
    parent.kill('SIGKILL');
    await once(parent, 'close');
    await until('the encoder has ended', () => processesNaming(directory.path).length === 0);
  });

  filmed('says what is wrong with a slide it cannot read', async () => {
    const path = join(directory.path, 'damaged.png');
    const bytes = Buffer.from(drawSlide(1));
    bytes.fill(0, 60, bytes.length - 12);
    writeFileSync(path, bytes);
    await expect((await open()).encodeScene({ slidePath: path, previousSlidePath: undefined, frames: 30, fadeFrames: 0 }, join(directory.path, `${name}-damaged.mp4`), { signal, deadlineMs })).rejects.toThrow(/ended with code/);
  });
});

describe('both video providers', () => {
  (ffmpegIsInstalled ? it : it.skip)('show the same pictures', async () => {
    const [one, two] = [await film(await openFfmpeg({ signal }), [20, 20], 'same-ffmpeg'), await film(await openNodeAv({ signal }), [20, 20], 'same-node-av')];
    expect(pictures(two)).toBe(pictures(one));
    expect(pictures(one)).toMatch(/^MD5=[0-9a-f]{32}/);
  });
});

describe('the program of node-av', () => {
  (process.platform === 'linux' ? it : it.skip)('ends when its open input ends, even where nobody reads its progress', async () => {
    const target = join(directory.path, 'unread.mp4');
    const order = JSON.stringify({ kind: 'scene', slides: ['1.png'], frames: 500_000, fadeFrames: 0, target });
    const child = spawn(process.execPath, [fileURLToPath(new URL('node-av/program.ts', import.meta.url)), order], { cwd: directory.path, stdio: ['pipe', 'ignore', 'ignore'] });
    const closed = once(child, 'close');
    try {
      await until('it encodes', () => existsSync(target));
      child.stdin?.end();
      expect((await closed)[0]).toBe(3);
    } finally {
      child.kill('SIGKILL');
    }
  });
});

describe('choice of video', () => {
  const fake = (name: string, script: string): string => {
    const path = join(directory.path, name);
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  };

  it('does not take an ffmpeg that is too old', async () => {
    await expect(chooseVideo(fake('old-ffmpeg', 'echo "ffmpeg version 3.4.11-0ubuntu0.1 Copyright"'), { signal })).rejects.toThrow('is version 3.4.11-0ubuntu0.1, and 4.4 or later is needed');
  });

  it('does not take an ffmpeg without H.264', async () => {
    await expect(chooseVideo(fake('bare-ffmpeg', 'echo "ffmpeg version 7.1 Copyright"; echo " A....D aac  AAC"'), { signal })).rejects.toThrow('was built without libx264');
  });

  it('falls back to the npm package on a machine without ffmpeg', async () => {
    const before = process.env['PATH'];
    process.env['PATH'] = '/nowhere';
    try {
      expect((await chooseVideo('auto', { signal })).id).toMatch(/^node-av \d/);
      await expect(chooseVideo('ffmpeg', { signal })).rejects.toThrow('VIDEO_STUDIO_FFMPEG is ffmpeg, but it cannot be used');
    } finally {
      process.env['PATH'] = before;
    }
  });
});
