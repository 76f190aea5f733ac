import { framesPerSecond } from '../video/picture.ts';

/**
 * Where everything stands in time, from the real lengths of the spoken sentences. Pure.
 * Sound is placed by the sample and never moved to a frame; scenes change at the nearest frame. So the rounding of one
 * scene never adds to that of the next, and the film is at most half a frame off however many scenes there are.
 */
export interface Pacing {
  /** From the change of a slide to its first word; the cross-fade happens in it. */
  readonly leadInSeconds: number;
  readonly betweenSentencesSeconds: number;
  readonly sceneTailSeconds: number;
  /** The last slide stays this much longer. */
  readonly filmTailSeconds: number;
  readonly crossFadeSeconds: number;
}

export const calmPacing: Pacing = { leadInSeconds: 0.7, betweenSentencesSeconds: 0.4, sceneTailSeconds: 0.5, filmTailSeconds: 1.2, crossFadeSeconds: 0.5 };

export interface TimelineScene {
  readonly id: string;
  readonly firstFrame: number;
  readonly frames: number;
  /** The first frames of the scene in which the slide before gives way to this one; 0 in the first scene. */
  readonly fadeFrames: number;
}

export interface TimelineSentence {
  readonly sceneIndex: number;
  readonly sentenceIndex: number;
  readonly startSample: number;
  readonly samples: number;
}

export interface Timeline {
  readonly sampleRate: number;
  readonly frames: number;
  readonly samples: number;
  /** The sum of sentences and pauses, before rounding to frames. */
  readonly expectedSeconds: number;
  readonly scenes: readonly TimelineScene[];
  readonly sentences: readonly TimelineSentence[];
}

/** @param sentenceSamples for each scene the lengths of its sentences, in samples. */
export function layOut(scenes: readonly { readonly id: string; readonly sentenceSamples: readonly number[] }[], about: { readonly sampleRate: number; readonly pacing: Pacing }): Timeline {
  const { sampleRate, pacing } = about;
  const inSamples = (seconds: number): number => Math.round(seconds * sampleRate);
  const toFrame = (sample: number): number => Math.round((sample * framesPerSecond) / sampleRate);
  const placed: TimelineSentence[] = [];
  const laidOut: TimelineScene[] = [];
  let at = 0;
  for (const [sceneIndex, scene] of scenes.entries()) {
    const firstFrame = toFrame(at);
    at += inSamples(pacing.leadInSeconds);
    for (const [sentenceIndex, samples] of scene.sentenceSamples.entries()) {
      if (sentenceIndex > 0) at += inSamples(pacing.betweenSentencesSeconds);
      placed.push({ sceneIndex, sentenceIndex, startSample: at, samples });
      at += samples;
    }
    at += inSamples(pacing.sceneTailSeconds);
    if (sceneIndex === scenes.length - 1) at += inSamples(pacing.filmTailSeconds);
    const frames = toFrame(at) - firstFrame;
    const fadeFrames = sceneIndex === 0 ? 0 : Math.min(Math.round(pacing.crossFadeSeconds * framesPerSecond), frames - 1);
    laidOut.push({ id: scene.id, firstFrame, frames, fadeFrames });
  }
  const frames = toFrame(at);
  return { sampleRate, frames, samples: Math.round((frames * sampleRate) / framesPerSecond), expectedSeconds: at / sampleRate, scenes: laidOut, sentences: placed };
}
