/** What a checker is, and what it answers. */
import type { HistoryClaim, HistoryRecord, HistoryTxn, RunState } from '@baton/contracts';
import type { SideEvidence } from './evidence.ts';

export type InvariantId =
  | 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'I9' | 'I10' | 'I11' | 'I12'
  | 'I13' | 'I14' | 'I15' | 'I16' | 'I17' | 'I18' | 'I19' | 'I20' | 'I21' | 'I22' | 'I23' | 'I24';

export interface Violation {
  readonly invariant: InvariantId;
  readonly runId?: string;
  readonly partition?: number;
  /** What was found, with the place where. */
  readonly what: string;
}

export interface Verdict {
  readonly invariant: InvariantId;
  /** What must hold. */
  readonly title: string;
  readonly outcome: 'held' | 'violated' | 'not-checked';
  /** Why it was not checked, or which part of it was not. */
  readonly why?: string;
  /** How many things were looked at. */
  readonly examined: number;
  /** The first thousand. */
  readonly violations: readonly Violation[];
  /** How many there are in all. */
  readonly found: number;
}

/** A transition that counts, with the run before and after by the rules of `evolve` alone: images are not believed. */
export interface Transition {
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly txn: HistoryTxn;
  /** Undefined for the first of a run, and where `known` is false. */
  readonly before: RunState | undefined;
  /** Undefined where the fold could not go on; then `broken` says why. */
  readonly after: RunState | undefined;
  /** False where the run began before what the history still keeps, and no image has been met. */
  readonly known: boolean;
  readonly broken?: string;
}

/** Any record of the history, with whether it counts. */
export interface Seen {
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  /** Undefined where it is none of ours, or of a newer version. */
  readonly record: HistoryRecord | undefined;
  readonly counts: boolean;
  /** Of a newer version, and it counts: what it says is not known here. */
  readonly newer: boolean;
  /** Of an image that counts: the run as it is by the fold; undefined where the fold has to take the image's word. */
  readonly imaged: FoldedRun | undefined;
  /** The claim in force, this record included. */
  readonly claim: { readonly offset: number; readonly record: HistoryClaim } | undefined;
}

/** What the history says up to the record before the one that is shown; at the end, all of it. */
export interface Folded {
  runs(): Iterable<FoldedRun>;
  run(runId: string): FoldedRun | undefined;
  /** Of each partition of the history. */
  readonly positions: ReadonlyMap<number, FoldedPosition>;
}

export interface FoldedRun {
  readonly runId: string;
  readonly partition: number;
  readonly seq: number;
  /** Undefined where the fold could not follow, and where the run began before what the history still keeps. */
  readonly state: RunState | undefined;
}

export interface FoldedPosition {
  readonly first: number;
  /** Last offset that was read; first − 1 where there was none. */
  readonly histOff: number;
  readonly inboxOff: number;
  readonly disp: number;
}

/** What a checker does while the history goes by. */
export interface Watch {
  /** Every record, before it changes what is folded. */
  seen?(seen: Seen): void;
  /** After `seen`, for transitions that count; likewise before it changes what is folded. */
  transition?(transition: Transition): void;
  /** Called once, after the last record. */
  end?(): void;
}

/** Takes down what a checker finds. */
export interface Findings {
  violation(found: Omit<Violation, 'invariant'>): void;
  /** Counts what was looked at. Default: one. */
  examined(count?: number): void;
  /** A part that could not be checked, and why. */
  left(why: string): void;
}

export interface Checker {
  readonly invariant: InvariantId;
  readonly title: string;
  /** @returns why it cannot be checked on this evidence; undefined where it can. */
  lacks(evidence: SideEvidence): string | undefined;
  watch(evidence: SideEvidence, findings: Findings, folded: Folded): Watch;
}
