/** What functions take: each reader gives the value of its type, or fails as `States.IntrinsicFailure`. */
import type { Json, JsonObject } from '@baton/contracts';
import { ExpressionError } from '../expression-error.ts';
import type { Ambient } from '../facts.ts';
import type { Steps } from '../steps.ts';

/** One invocation, as the functions see it. */
export interface Call {
  /** `States.Format` */
  readonly name: string;
  readonly values: readonly Json[];
  /** Of a first argument that is a text in the expression: what stands around its `{}`. */
  readonly parts: readonly string[] | undefined;
  readonly ambient: Ambient;
  readonly steps: Steps;
}

/** Longest text that is encoded, decoded or hashed. Source: AWS Step Functions, "Intrinsic functions for JSONPath states". */
const MAX_ENCODED = 10_000;

export const failure = (call: Call, message: string): ExpressionError => new ExpressionError('States.IntrinsicFailure', `${call.name}: ${message}`);

export function listAt(call: Call, at: number): readonly Json[] {
  const value = call.values[at];
  if (!Array.isArray(value)) throw failure(call, `expected an array as argument ${at + 1}`);
  call.steps.take(1 + value.length);
  return value as readonly Json[];
}

export function objectAt(call: Call, at: number): JsonObject {
  const value = call.values[at];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw failure(call, `expected a JSON object as argument ${at + 1}`);
  return value as JsonObject;
}

export function textAt(call: Call, at: number): string {
  const value = call.values[at];
  if (typeof value !== 'string') throw failure(call, `expected a string as argument ${at + 1}`);
  call.steps.take(1 + (value.length >> 3));
  return value;
}

export function encodableAt(call: Call, at: number): string {
  const text = textAt(call, at);
  if (text.length > MAX_ENCODED) throw failure(call, `expected at most ${MAX_ENCODED} characters, but found ${text.length}`);
  call.steps.take(text.length >> 2);
  return text;
}

/** A whole number; others are rounded, halves up, as AWS does. */
export function integerAt(call: Call, at: number): number {
  const value = call.values[at];
  const whole = typeof value === 'number' ? Math.round(value) : Number.NaN;
  if (!Number.isSafeInteger(whole)) throw failure(call, `expected a whole number as argument ${at + 1}`);
  return whole + 0;
}
