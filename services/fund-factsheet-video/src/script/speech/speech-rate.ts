/**
 * How long a narrated film takes. Fitted to espeak-ng at 160 words a minute on 25 sentences of 30 to 250 characters:
 * 16 % off for the worst sentence, 1 % for all together. Pauses as a calm film leaves them.
 */

const SENTENCE_SECONDS = 0.07;
/** With numbers already in words, the number of letters says more than the number of words. */
const CHARACTER_SECONDS = 0.058;
/** Silence after each sentence. */
const PAUSE_SECONDS = 0.4;
/** Silence around a change of scene, beyond the pause. */
const SCENE_SECONDS = 0.8;
/** The last picture stands a little longer. */
const TAIL_SECONDS = 1.2;

export function sentenceSeconds(spoken: string): number {
  return SENTENCE_SECONDS + spoken.length * CHARACTER_SECONDS + PAUSE_SECONDS;
}

/** Seconds of a film whose scenes say these sentences. */
export function filmSeconds(scenes: readonly (readonly string[])[]): number {
  return scenes.reduce((total, sentences) => total + SCENE_SECONDS + sentences.reduce((sum, spoken) => sum + sentenceSeconds(spoken), 0), TAIL_SECONDS);
}
