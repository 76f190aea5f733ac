import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatWebVtt } from '../captions/web-vtt.ts';
import { runChild } from '../child/run-child.ts';
import { ChildFailed } from '../errors.ts';
import { concatList } from './concat-list.ts';
import { audioBitsPerSecond, audioSampleRate, framesPerSecond, sceneGraph, segmentMovFlags, videoTimescale, x264 } from './picture.ts';
import type { ScenePicture } from './picture.ts';
import type { Assembly, VideoProvider, WorkOptions } from './provider.ts';

/** Options every call has: no questions, no banner, errors only, progress as lines on standard error. */
const quietly = ['-hide_banner', '-nostdin', '-loglevel', 'error', '-progress', 'pipe:2', '-stats_period', '0.5'];

/**
 * The ffmpeg program of the machine.
 * @throws ChildFailed when it is not there, is older than 4.4 (no `-stats_period`), or was built without H.264 or AAC.
 */
export async function openFfmpeg(options: { readonly program?: string; readonly signal: AbortSignal }): Promise<VideoProvider> {
  const program = options.program ?? 'ffmpeg';
  const ask = async (...args: string[]): Promise<string> =>
    (await runChild({ program, args: ['-hide_banner', ...args], signal: options.signal, deadlineMs: 15_000, stdout: { maxBytes: 1_000_000 } })).toString('utf8');
  const version = /^ffmpeg version (\S+)/m.exec(await ask('-version'))?.[1] ?? 'unknown';
  const [major, minor] = /^n?(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number) ?? [];
  if (major !== undefined && (major < 4 || (major === 4 && (minor ?? 0) < 4))) {
    throw new ChildFailed({ program, why: 'output', message: `is version ${version}, and 4.4 or later is needed` });
  }
  const [encoders, filters] = [await ask('-encoders'), await ask('-filters')];
  const missing = [['libx264', encoders], ['aac', encoders], ['mov_text', encoders], ['xfade', filters], ['tpad', filters]]
    .filter(([name, list]) => !new RegExp(`^ \\S+ +${name} `, 'm').test(list ?? '')).map(([name]) => name);
  if (missing.length > 0) throw new ChildFailed({ program, why: 'output', message: `was built without ${missing.join(', ')}` });
  return {
    id: `ffmpeg ${version}`,
    encodeScene: (scene, target, work) => encodeScene(program, { scene, target, work }),
    assemble: (film, target, work) => assemble(program, { film, target, work }),
  };
}

async function encodeScene(program: string, { scene, target, work }: { scene: ScenePicture; target: string; work: WorkOptions }): Promise<void> {
  const slides = scene.fadeFrames > 0 && scene.previousSlidePath !== undefined ? [scene.previousSlidePath, scene.slidePath] : [scene.slidePath];
  await runChild({
    program,
    args: [
      ...quietly,
      ...slides.flatMap((path) => ['-f', 'png_pipe', '-framerate', String(framesPerSecond), '-i', `file:${path}`]),
      '-filter_complex', sceneGraph(scene), '-map', '[v]', '-frames:v', String(scene.frames), '-r', String(framesPerSecond),
      '-c:v', 'libx264', '-profile:v', 'high', '-preset', x264.preset, '-tune', x264.tune, '-crf', String(x264.crf), '-x264-params', x264.params, '-bf', '0', '-g', String(x264.gopFrames),
      '-color_primaries', 'bt709', '-color_trc', 'bt709', '-colorspace', 'bt709', '-color_range', 'tv',
      '-movflags', segmentMovFlags, '-video_track_timescale', String(videoTimescale), '-f', 'mp4', 'pipe:1',
    ],
    // Through us and not straight to the file: when we are killed its pipe breaks, and it ends instead of encoding on for nobody.
    stdout: { toFile: target },
    onStderrLine: progressLine(work),
    signal: work.signal,
    deadlineMs: work.deadlineMs,
  });
}

async function assemble(program: string, { film, target, work }: { film: Assembly; target: string; work: WorkOptions }): Promise<void> {
  const list = join(film.workDirectory, 'scenes.ffconcat');
  const captions = join(film.workDirectory, 'captions.vtt');
  await writeFile(list, concatList(film.scenes));
  await writeFile(captions, formatWebVtt(film.cues));
  await runChild({
    program,
    args: [
      ...quietly.filter((option) => option !== '-nostdin'), '-y',
      '-f', 'concat', '-safe', '0', '-i', `file:${list}`,
      '-f', 's16le', '-ar', String(film.soundSampleRate), '-ac', '2', '-i', 'pipe:0',
      '-f', 'webvtt', '-i', `file:${captions}`,
      '-map', '0:v', '-map', '1:a', '-map', '2:s',
      '-c:v', 'copy', '-video_track_timescale', String(videoTimescale),
      '-c:a', 'aac', '-profile:a', 'aac_low', '-b:a', String(audioBitsPerSecond), '-ar', String(audioSampleRate),
      '-c:s', 'mov_text',
      '-map_metadata', '-1', '-metadata', `title=${film.title}`,
      ...['v', 'a', 's'].flatMap((kind) => [`-metadata:s:${kind}:0`, `language=${film.language}`]),
      '-movflags', '+faststart', '-f', 'mp4', `file:${target}`,
    ],
    stdin: film.sound,
    stdout: { maxBytes: 10_000 },
    onStderrLine: progressLine(work),
    signal: work.signal,
    deadlineMs: work.deadlineMs,
  });
}

/** Takes the `key=value` lines of `-progress` out of standard error and reports the frames. */
function progressLine(work: WorkOptions): (line: string) => boolean {
  return (line) => {
    const [, key, value] = /^(frame|fps|stream_\w+|bitrate|total_size|out_time\w*|dup_frames|drop_frames|speed|progress)=\s*(\S*)/.exec(line) ?? [];
    if (key === undefined) return false;
    if (key === 'frame') work.onFrames?.(Number(value));
    return true;
  };
}
