/** One caption on the screen. */
export interface Cue {
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** One or two lines. */
  readonly lines: readonly string[];
}
