/** A scene before its length is settled: sentences that must stay, may go, or may come. */
import type { SourceField } from '../figures/known-figures.ts';
import type { Line } from './line.ts';
import type { SceneId } from './script.ts';

export interface DraftSentence {
  readonly line: Line;
  readonly fields: readonly SourceField[];
  /** `required` always stays, `optional` goes when the film gets too long, `filler` comes when it is too short. */
  readonly need: 'required' | 'optional' | 'filler';
  /** Among optional and filler sentences: 1 stays longest and comes first. */
  readonly rank: number;
}

export interface DraftScene {
  readonly id: SceneId;
  readonly heading: string;
  readonly sentences: readonly DraftSentence[];
}

export function required(line: Line, ...fields: SourceField[]): DraftSentence {
  return { line, fields, need: 'required', rank: 0 };
}

export function optional(rank: number, line: Line, ...fields: SourceField[]): DraftSentence {
  return { line, fields, need: 'optional', rank };
}

/** Explains a term or a risk; states no fact about the fund. */
export function filler(rank: number, line: Line): DraftSentence {
  return { line, fields: [], need: 'filler', rank };
}

/** The items that are there, for lists with conditions in them. */
export function present<T>(...items: readonly (T | null | undefined | false)[]): T[] {
  return items.filter((item): item is T => item !== null && item !== undefined && item !== false);
}
