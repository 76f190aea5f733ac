import { ALL_FORMATS, FilePathSource, Input } from 'mediabunny';
import { FilmCheckFailed } from '../errors.ts';
import type { FilmProbe } from '../film-result.ts';
import { audioSampleRate, frameHeight, frameWidth, framesPerSecond } from '../video/picture.ts';

/** A film may differ from its script by this much. */
const toleranceSeconds = 0.3;

/**
 * Reads the finished file back and compares it with what was ordered.
 * @throws FilmCheckFailed listing every difference.
 */
export async function checkFilm(path: string, ordered: { readonly expectedSeconds: number; readonly frames: number }): Promise<FilmProbe> {
  const probe = await probeFilm(path, ordered.expectedSeconds);
  const problems: string[] = [];
  const expect = (what: string, is: unknown, wanted: unknown): void => { if (is !== wanted) problems.push(`${what} is ${String(is)}, but was ordered as ${String(wanted)}`); };
  const close = (what: string, is: number): void => {
    if (Math.abs(is - ordered.expectedSeconds) > toleranceSeconds) problems.push(`${what} lasts ${is.toFixed(2)} s, but its sentences and pauses last ${ordered.expectedSeconds.toFixed(2)} s`);
  };
  close('the film', probe.durationSeconds);
  close('the sound', probe.audio.durationSeconds);
  expect('the video codec', probe.video.codec, 'avc');
  // avc1.64xxxx is the High profile.
  expect('the H.264 profile', probe.video.codecString.slice(0, 7), 'avc1.64');
  expect('the width', probe.video.width, frameWidth);
  expect('the height', probe.video.height, frameHeight);
  expect('the number of frames', probe.video.frames, ordered.frames);
  expect('the frame rate', Math.round(probe.video.framesPerSecond * 1000) / 1000, framesPerSecond);
  expect('the sound codec', probe.audio.codec, 'aac');
  expect('the sample rate', probe.audio.sampleRate, audioSampleRate);
  expect('the number of sound channels', probe.audio.channels, 2);
  if (problems.length > 0) throw new FilmCheckFailed(problems);
  return probe;
}

/** @throws FilmCheckFailed when the file cannot be read or lacks pictures or sound. */
async function probeFilm(path: string, expectedSeconds: number): Promise<FilmProbe> {
  const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
  try {
    const [video, audio] = [await input.getPrimaryVideoTrack(), await input.getPrimaryAudioTrack()];
    if (video === null || audio === null) throw new FilmCheckFailed([video === null ? 'it has no pictures' : 'it has no sound']);
    const statistics = await video.computePacketStats();
    return {
      durationSeconds: await input.computeDuration(),
      expectedSeconds,
      video: {
        codec: (await video.getCodec()) ?? 'unknown',
        codecString: (await video.getCodecParameterString()) ?? 'unknown',
        width: await video.getDisplayWidth(),
        height: await video.getDisplayHeight(),
        framesPerSecond: statistics.averagePacketRate,
        frames: statistics.packetCount,
      },
      audio: {
        codec: (await audio.getCodec()) ?? 'unknown',
        codecString: (await audio.getCodecParameterString()) ?? 'unknown',
        sampleRate: await audio.getSampleRate(),
        channels: await audio.getNumberOfChannels(),
        durationSeconds: await audio.computeDuration(),
      },
    };
  } catch (error) {
    if (error instanceof FilmCheckFailed) throw error;
    throw new FilmCheckFailed([`it cannot be read: ${error instanceof Error ? error.message : String(error)}`]);
  } finally {
    input.dispose();
  }
}
