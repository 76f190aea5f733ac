/**
 * The states that a run went through, with what each was given and gave, against AWS's history of it. Outside fan-outs the
 * order is AWS's; inside, branches interleave as they please, so there the passages themselves are compared.
 */
import type { Json } from '@baton/contracts';
import type { StateSeen } from '../definition.ts';
import type { Passage } from '../drive.ts';
import { differences, short, type Tolerance } from '../match.ts';
import type { RecordedCase } from './recorded.ts';

export function traceDifferences(recorded: Pick<RecordedCase, 'trace'>, passages: readonly Passage[], tolerance: Tolerance, states: Iterable<StateSeen>): string[] {
  if (recorded.trace === undefined) return [];
  const seen = [...states];
  const distributed = new Set(seen.filter((state) => state.distributed).map(({ name }) => name));
  const inside = new Set(seen.filter(({ depth }) => depth > 0).map(({ name }) => name));
  const expected = recorded.trace.flatMap(passageOf);
  const found = passages.filter(({ state }) => !distributed.has(state));
  return [
    ...inOrder(expected.filter(({ state }) => !inside.has(state)), found.filter(({ state }) => !inside.has(state)), tolerance),
    ...inAnyOrder(expected.filter(({ state }) => inside.has(state)), found.filter(({ state }) => inside.has(state)), tolerance),
  ];
}

/** `TaskStateEntered`, `TaskStateExited`; what AWS notes besides says nothing of the way. */
function passageOf(entry: { readonly event: string; readonly state?: string; readonly input?: Json; readonly output?: Json }): Passage[] {
  const [, type, what] = /^(\w+)State(Entered|Exited)$/.exec(entry.event) ?? [];
  if (type === undefined || entry.state === undefined) return [];
  return [what === 'Entered' ? { what: 'entered', type, state: entry.state, data: entry.input ?? null } : { what: 'exited', type, state: entry.state, data: entry.output ?? null }];
}

function inOrder(expected: readonly Passage[], found: readonly Passage[], tolerance: Tolerance): string[] {
  for (let i = 0; i < Math.max(expected.length, found.length); i++) {
    const [left, right] = [expected[i], found[i]];
    if (left === undefined) return [`trace: expected the end, found ${told(right!)}`];
    if (right === undefined) return [`trace: expected ${told(left)}, found the end`];
    if (!alike(left, right)) return [`trace: expected ${told(left)}, found ${told(right)}`];
    const wrong = differences(left.data, right.data, tolerance);
    if (wrong.length > 0) return [`trace: ${left.state} ${left.what}: ${wrong[0]}`];
  }
  return [];
}

function inAnyOrder(expected: readonly Passage[], found: readonly Passage[], tolerance: Tolerance): string[] {
  const left = [...found];
  for (const passage of expected) {
    const at = left.findIndex((candidate) => alike(passage, candidate) && differences(passage.data, candidate.data, tolerance).length === 0);
    if (at < 0) return [`trace: expected ${told(passage)} inside a fan-out, found ${left.filter((candidate) => alike(passage, candidate)).map(told).join(', ') || 'nothing like it'}`];
    left.splice(at, 1);
  }
  return left.length === 0 ? [] : [`trace: expected no more inside a fan-out, found ${told(left[0]!)}`];
}

const alike = (a: Passage, b: Passage): boolean => a.what === b.what && a.state === b.state && a.type === b.type;
const told = ({ what, type, state, data }: Passage): string => `${type} ${state} ${what} with ${short(data)}`;
