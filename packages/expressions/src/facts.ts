import type { Json, JsonObject } from '@baton/contracts';

/** Where an expression finds time and chance. All of it is given, so that a replay finds the same. */
export interface Ambient {
  /** Epoch milliseconds of the decision. */
  readonly nowMs: number;
  /** The next number in [0, 1), from a seed of run, step and place. */
  random(): number;
  /** Milliseconds that this decision has taken by a real clock, where the host has one: the backstop behind the counted bounds. */
  elapsedMs?(): number;
  /** Counts what all expressions of this decision have done, so that a host can go on later when it is much. See EXPRESSION_LIMITS.steps. */
  readonly spent?: { steps: number };
}

/** What the paths of a state address. */
export interface Roots {
  /** `$` */
  readonly data: Json;
  /** `$$`, and `$states.context` of JSONata. */
  readonly context: JsonObject;
  /** `$name` */
  readonly variables: Readonly<Record<string, Json>>;
}
