/** What a program of a simulated world is: a machine of named states, and machines inside it. */
import type { Json, JsonObject } from '@baton/contracts';
import type { Workflow } from '@baton/workflow';

export const SERVICE = 'sim';

/** A state that may be tried again and whose error may be taken. */
export interface Guarded {
  readonly retries: number | undefined;
  readonly caught: string | undefined;
}

interface Named {
  readonly name: string;
}

export interface Onwards extends Named {
  readonly next: string | undefined;
}

/** How a step is undone: fails in its first `fails` attempts; without `retries` the platform's own count. */
export interface Undo {
  readonly fails: number;
  readonly retries: number | undefined;
}

/** Fails in its first `fails` attempts. */
export type Task = Onwards & Guarded & { readonly kind: 'task'; readonly fails: number; readonly jitter: boolean; readonly undo?: Undo };
export type Wait = Onwards & { readonly kind: 'wait'; readonly seconds: number };
/** Notes that it was passed; `unpacks` makes of a batch what a machine works on, `lists` puts so many numbers at `$.wide`. */
export type Pass = Onwards & { readonly kind: 'pass'; readonly unpacks?: true; readonly lists?: number };
/** Asks whether `$.n` is at least a number, or whether a state has left its result. */
export type Choice = Named & { readonly kind: 'choice'; readonly asks: { readonly least: number } | { readonly present: string }; readonly yes: string; readonly no: string };
export type Parallel = Onwards & Guarded & { readonly kind: 'parallel'; readonly branches: readonly Machine[]; readonly selects: boolean };
/** Goes over `$.list`, or over what a Pass has listed. */
export type Each = Onwards &
  Guarded & {
    readonly kind: 'map';
    readonly machine: Machine;
    readonly over: 'list' | 'wide';
    /** 0: as many as the platform allows. */
    readonly concurrency: number;
    readonly distributed: boolean;
    readonly selects: boolean;
    readonly toleratedCount?: number;
    readonly toleratedPercentage?: number;
    readonly batch?: number;
  };
/** Waits for a signal of this name, at most so long. */
export type Event = Onwards & Guarded & { readonly kind: 'event'; readonly signal: string; readonly seconds: number };
/** Starts a run of another program with its own `n` and `list`, and may wait for its end, at most so long. */
export type Child = Onwards & Guarded & { readonly kind: 'child'; readonly program: string; readonly waits: boolean; readonly seconds: number };
/** Publishes `$.n`. */
export type Emit = Onwards & { readonly kind: 'emit' };
/** Ends the run, which goes on as another of its program, with an `n` that is less by LESS. */
export type GoesOn = Named & { readonly kind: 'goes-on' };
export type Node = Task | Wait | Pass | Choice | Parallel | Each | Event | Child | Emit | GoesOn | (Named & { readonly kind: 'succeed' | 'fail' });

export interface Machine {
  readonly startAt: string;
  readonly nodes: ReadonlyMap<string, Node>;
}

export interface Program {
  readonly name: string;
  readonly workflow: Workflow;
  readonly machine: Machine;
  /** Longest time of the whole run. */
  readonly timeoutSeconds: number | undefined;
}

/** What a machine works on: a number to ask for, and a list to go over, whose items are the same again. */
export type Input = { readonly n: number; readonly list: readonly Input[] };

export const SIGNALS = ['a', 'b'] as const;
export const EMITTED = 'sim.said';
/** By how much the `n` of each link of a chain is less than that of the one before. */
export const LESS = 4;

/** What a Pass without more to do leaves. */
export const passed = (name: string): JsonObject => ({ passed: name });
/** What a step that undoes another calls itself. */
export const undoing = (name: string): string => `undo ${name}`;
/** What a Pass lists. */
export const listed = (count: number): Json => Array.from({ length: count }, (_, i) => i);
