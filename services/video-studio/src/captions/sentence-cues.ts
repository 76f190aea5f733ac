import { breakLines, captionLimits } from './break-lines.ts';
import type { Cue } from './cue.ts';

export interface SpokenSentence {
  readonly text: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Where the voice pauses, in seconds from the sentence's start. */
  readonly pauses: readonly number[];
}

/** A cue may move this far from its proportional place to meet a pause. */
const snapSeconds = 0.7;
const minCueSeconds = 0.7;

/**
 * The captions of one sentence: they begin and end with its sound. A long sentence is shown in several cues, which
 * change in proportion to their text, at a pause of the voice where one is near.
 */
export function sentenceCues(sentence: SpokenSentence): Cue[] {
  const lines = breakLines(sentence.text);
  const count = Math.ceil(lines.length / captionLimits.lines);
  const texts = Array.from({ length: count }, (_, index) => lines.slice(index * captionLimits.lines, (index + 1) * captionLimits.lines));
  const weights = texts.map((cue) => cue.join(' ').length);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const seconds = sentence.endSeconds - sentence.startSeconds;
  const cues: Cue[] = [];
  let [start, shown] = [0, 0];
  for (const [index, cueLines] of texts.entries()) {
    shown += weights[index] ?? 0;
    const last = index === texts.length - 1;
    const end = last ? seconds : snapped((shown / total) * seconds, { after: start + minCueSeconds, before: seconds - minCueSeconds, pauses: sentence.pauses });
    cues.push({ startSeconds: sentence.startSeconds + start, endSeconds: sentence.startSeconds + end, lines: cueLines });
    start = end;
  }
  return cues;
}

function snapped(seconds: number, within: { after: number; before: number; pauses: readonly number[] }): number {
  const near = within.pauses.filter((pause) => Math.abs(pause - seconds) <= snapSeconds && pause >= within.after && pause <= within.before);
  return near.reduce<number | undefined>((best, pause) => (best === undefined || Math.abs(pause - seconds) < Math.abs(best - seconds) ? pause : best), undefined) ?? seconds;
}
