import type { Pcm } from '../audio/wav.ts';

/** How the narrator sounds. */
export interface Voice {
  /** An espeak-ng voice, such as `en-gb` or `en-us`, with an optional variant (`en-us+f3`). */
  readonly name: string;
  readonly wordsPerMinute: number;
  /** 0 to 99. */
  readonly pitch: number;
}

/** Turns one sentence into sound. Each call is one child process, killed when the signal fires. */
export interface SpeechProvider {
  /** Name and version: part of every cached part's name. */
  readonly id: string;
  /** @throws ChildFailed; Error when what came back is not sound. */
  speak(text: string, voice: Voice, options: { readonly signal: AbortSignal }): Promise<Pcm>;
}

/** The longest a sentence of the permitted length may take to synthesise, on a busy machine. */
export const speechDeadlineMs = 60_000;
/** 600 characters spoken slowly are about a minute: 3 MB at 22.05 kHz. */
export const maxSpeechBytes = 16 * 1024 * 1024;
