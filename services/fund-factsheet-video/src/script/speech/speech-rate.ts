/**
 * How long narration takes. Fitted to espeak-ng at 160 words a minute on sentences of 60 to 250 characters (within 15 %
 * for each of them, within 5 % for a whole script); pauses as a film leaves them between sentences and scenes.
 */

/** Lead-in and decay of one sentence. */
const SENTENCE_SECONDS = 0.5;
/** With numbers already in words, the number of letters says more than the number of words. */
const CHARACTER_SECONDS = 0.0575;
/** Silence after each sentence. */
const PAUSE_SECONDS = 0.35;
/** Silence around a change of scene. */
const SCENE_SECONDS = 0.6;

export function sentenceSeconds(spoken: string): number {
  return SENTENCE_SECONDS + spoken.length * CHARACTER_SECONDS + PAUSE_SECONDS;
}

/** Seconds of a film whose scenes say these sentences. */
export function filmSeconds(scenes: readonly (readonly string[])[]): number {
  return scenes.reduce((total, sentences) => total + SCENE_SECONDS + sentences.reduce((sum, spoken) => sum + sentenceSeconds(spoken), 0), 0);
}
