import type { Cue } from '../../captions/cue.ts';

/** What the program is asked to do: one argument, as JSON. */
export type Order = { readonly kind: 'version' } | SceneOrder | FilmOrder;

export interface SceneOrder {
  readonly kind: 'scene';
  /** Names of one or two PNG files in the working directory: the slide before, when fading, and the scene's own. */
  readonly slides: readonly string[];
  readonly frames: number;
  readonly fadeFrames: number;
  readonly target: string;
}

export interface FilmOrder {
  readonly kind: 'film';
  readonly title: string;
  readonly language: string;
  readonly listPath: string;
  readonly frames: number;
  readonly cues: readonly Cue[];
  /** 16-bit stereo PCM on standard input. */
  readonly soundSampleRate: number;
  readonly soundBytes: number;
  readonly target: string;
}
