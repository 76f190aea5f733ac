/**
 * Brings a script to its length: optional sentences go, from the last rank up, until it is short enough; fillers come,
 * from the first rank down, until it is long enough. Required sentences are never touched. Optional sentences of one rank
 * go together: the benchmark beside one return and not beside the other would be half a comparison.
 */
import type { DraftScene, DraftSentence } from './draft.ts';
import { filmSeconds } from './speech/speech-rate.ts';

/** A film lasts 45 to 90 seconds. The model is not the voice, so the aim keeps a distance from both ends. */
export const SHORTEST_ESTIMATE_SECONDS = 53;
export const LONGEST_ESTIMATE_SECONDS = 82;

export function fit(scenes: readonly DraftScene[]): DraftScene[] {
  const all = scenes.flatMap((scene) => scene.sentences);
  const taken = new Set(all.filter((sentence) => sentence.need !== 'filler'));
  const byRank = (need: DraftSentence['need']) => all.filter((sentence) => sentence.need === need).sort((a, b) => a.rank - b.rank);

  for (const { rank } of byRank('optional').reverse()) {
    if (estimate(scenes, taken) <= LONGEST_ESTIMATE_SECONDS) break;
    for (const sentence of all) if (sentence.need === 'optional' && sentence.rank === rank) taken.delete(sentence);
  }
  for (const sentence of byRank('filler')) {
    if (estimate(scenes, taken) >= SHORTEST_ESTIMATE_SECONDS) break;
    taken.add(sentence);
  }
  return scenes.map((scene) => ({ ...scene, sentences: scene.sentences.filter((sentence) => taken.has(sentence)) }));
}

/** Seconds of these scenes with only the sentences taken. */
export function estimate(scenes: readonly DraftScene[], taken: ReadonlySet<DraftSentence>): number {
  return filmSeconds(scenes.map((scene) => scene.sentences.filter((sentence) => taken.has(sentence)).map((sentence) => sentence.line.spoken)));
}
