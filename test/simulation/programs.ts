/**
 * Random workflows, and a model of them that shares nothing with the engine: what states a run must go through and how it
 * must end, given what became of its attempts.
 */
import type { Json, JsonObject, RunEvent } from '@baton/contracts';
import { defineWorkflow, type Workflow } from '@baton/workflow';
import type { Random } from './random.ts';

export const SERVICE = 'sim';

type Node =
  | { readonly kind: 'task'; readonly name: string; readonly fails: number; readonly retries: number | undefined; readonly next: string | undefined; readonly caught: string | undefined }
  | { readonly kind: 'wait'; readonly name: string; readonly seconds: number; readonly next: string | undefined }
  | { readonly kind: 'pass'; readonly name: string; readonly next: string | undefined }
  | { readonly kind: 'choice'; readonly name: string; readonly least: number; readonly atLeast: string; readonly below: string }
  | { readonly kind: 'fail'; readonly name: string };

export interface Program {
  readonly workflow: Workflow;
  readonly nodes: ReadonlyMap<string, Node>;
  readonly startAt: string;
}

/** Jumps go forwards only, so every run ends. */
export function randomProgram(random: Random, index: number): Program {
  const count = random.int(1, 5);
  const names = Array.from({ length: count }, (_, i) => `S${i}`);
  const later = (i: number): string => (i + 1 >= count ? 'End' : names[random.int(i + 1, count - 1)]!);
  const nodes = new Map<string, Node>();
  names.forEach((name, i) => {
    const next = i + 1 < count ? names[i + 1] : undefined;
    const draw = random.int(0, 9);
    if (draw < 6 || count === 1) nodes.set(name, { kind: 'task', name, fails: random.pick([0, 0, 0, 1, 2, 9]), retries: random.pick([undefined, 1, 3]), next, caught: random.chance(400) ? later(i) : undefined });
    else if (draw < 7) nodes.set(name, { kind: 'wait', name, seconds: random.int(1, 20), next });
    else if (draw < 8) nodes.set(name, { kind: 'pass', name, next });
    else nodes.set(name, { kind: 'choice', name, least: random.int(0, 10), atLeast: later(i), below: later(i) });
  });
  nodes.set('End', random.chance(150) ? { kind: 'fail', name: 'End' } : { kind: 'pass', name: 'End', next: undefined });
  const reachable = reachableFrom('S0', nodes);
  for (const name of [...nodes.keys()]) if (!reachable.has(name)) nodes.delete(name);
  const states = Object.fromEntries([...nodes].map(([name, node]) => [name, stateOf(node)]));
  return { nodes, startAt: 'S0', workflow: defineWorkflow({ name: `program_${index}`, asl: { StartAt: 'S0', States: states } as JsonObject }) };
}

function reachableFrom(start: string, nodes: ReadonlyMap<string, Node>): Set<string> {
  const found = new Set<string>();
  const open = [start];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    const node = nodes.get(name)!;
    if (node.kind === 'choice') open.push(node.atLeast, node.below);
    else if (node.kind !== 'fail') open.push(...[node.next, node.kind === 'task' ? node.caught : undefined].filter((next) => next !== undefined));
  }
  return found;
}

function stateOf(node: Node): JsonObject {
  const onwards = (next: string | undefined): JsonObject => (next === undefined ? { End: true } : { Next: next });
  switch (node.kind) {
    case 'task':
      return {
        Type: 'Task',
        Resource: `${SERVICE}/step`,
        Parameters: { node: node.name, fails: node.fails },
        ResultPath: `$.${node.name}`,
        TimeoutSeconds: 12,
        HeartbeatSeconds: 4,
        ...(node.retries !== undefined && { Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 2, MaxAttempts: node.retries, BackoffRate: 1.5 }] }),
        ...(node.caught !== undefined && { Catch: [{ ErrorEquals: ['States.ALL'], Next: node.caught, ResultPath: null }] }),
        ...onwards(node.next),
      };
    case 'wait':
      return { Type: 'Wait', Seconds: node.seconds, ...onwards(node.next) };
    case 'pass':
      return { Type: 'Pass', Result: { passed: node.name }, ResultPath: `$.${node.name}`, ...onwards(node.next) };
    case 'choice':
      return { Type: 'Choice', Choices: [{ Variable: '$.n', NumericGreaterThanEquals: node.least, Next: node.atLeast }], Default: node.below };
    case 'fail':
      return { Type: 'Fail', Error: 'Planned', Cause: 'The program ends here' };
  }
}

export interface Expected {
  readonly status: 'completed' | 'failed' | 'cancelled';
  readonly path: readonly string[];
  readonly output?: Json;
  readonly error?: string;
}

/** What attempts came to, in the order they were closed; the rest of a run follows from it. */
export function expectedOf({ nodes, startAt }: Program, input: JsonObject, events: readonly RunEvent[]): Expected | string {
  const closed = events.flatMap((event) => (event.type === 'attempt-closed' ? [event] : []));
  const cancelled = events.some(({ type }) => type === 'run-cancelled');
  const path: string[] = [];
  let data: Record<string, Json> = { ...input };
  let at = 0;
  for (let name: string | undefined = startAt; name !== undefined; ) {
    path.push(name);
    const node: Node = nodes.get(name)!;
    if (node.kind === 'fail') return { status: 'failed', path, error: 'Planned' };
    if (node.kind === 'choice') {
      name = Number(data['n']) >= node.least ? node.atLeast : node.below;
      continue;
    }
    if (node.kind === 'wait' && cancelled && path.length === entered(events)) return { status: 'cancelled', path };
    if (node.kind !== 'task') {
      if (node.kind === 'pass') data = { ...data, [node.name]: { passed: node.name } };
      name = node.next;
      continue;
    }
    let used = 0;
    let next: string | undefined | null = null;
    while (next === null) {
      const attempt = closed[at++];
      if (attempt === undefined || attempt.outcome === 'cancelled') return cancelled ? { status: 'cancelled', path } : `The attempts end in ${node.name}, and the run was not cancelled`;
      if (attempt.outcome === 'succeeded') {
        data = { ...data, [node.name]: { done: node.name } };
        next = node.next;
      } else if (attempt.outcome !== 'released' && used++ >= (node.retries ?? 0)) {
        if (node.caught === undefined) return { status: 'failed', path, ...(attempt.error !== undefined && { error: attempt.error.name }) };
        next = node.caught;
      }
    }
    name = next;
  }
  if (at !== closed.length) return `${closed.length - at} attempts were closed that the program does not have`;
  return { status: 'completed', path, output: data };
}

const entered = (events: readonly RunEvent[]): number => events.filter(({ type }) => type === 'state-entered').length;
