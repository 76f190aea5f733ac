import type { Cue } from './cue.ts';
import { splitCues } from './split-cues.ts';

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
  const texts = splitCues(sentence.text);
  const weights = texts.map((cue) => spokenLength(cue.join(' ')));
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

/** About how long a text takes to say, in characters: a digit or a sign is spoken as a word. */
function spokenLength(text: string): number {
  return text.length + 3 * (text.match(/[\d%€$£+−]/gu)?.length ?? 0);
}

function snapped(seconds: number, within: { after: number; before: number; pauses: readonly number[] }): number {
  const near = within.pauses.filter((pause) => Math.abs(pause - seconds) <= snapSeconds && pause >= within.after && pause <= within.before);
  return near.reduce<number | undefined>((best, pause) => (best === undefined || Math.abs(pause - seconds) < Math.abs(best - seconds) ? pause : best), undefined) ?? seconds;
}
