/**
 * Random workflows: every kind of state, machines inside Parallel and Map, those inside each other. What they are in the
 * language is in `program-definition.ts`, where they must go in `model.ts`; neither knows the other.
 */
import { workflowOf } from './program-definition.ts';
import { LESS, SIGNALS, type Each, type Guarded, type Input, type Machine, type Node, type Onwards, type Pass, type Program, type Task } from './program.ts';
import type { Random } from './random.ts';

/** A program with more in it would let a world have fewer of them in the same time. */
const MOST_FAN_OUTS = 2;
const DEEPEST = 2;
/** A run with more children would fill a world alone. */
const MOST_CHILDREN = 2;
/** Of a Map that has more to do than one decision holds. */
const WIDE = 210;

/** Runs of a program start only runs of those that were there before it, so this ends. */
export function randomPrograms(random: Random, count: number): readonly Program[] {
  const programs: Program[] = [];
  for (let index = 0; index < count; index++) programs.push(randomProgram(random, index, programs));
  return programs;
}

function randomProgram(random: Random, index: number, before: readonly Program[]): Program {
  const machine = random.chance(6) ? wideMachine(random) : new Growing(random, before.map(({ name }) => name)).machine(0);
  const timeoutSeconds = random.chance(150) ? random.int(5, 30) : undefined;
  const name = `program_${index}`;
  return { name, machine, timeoutSeconds, workflow: workflowOf(machine, { name, timeoutSeconds }) };
}

export function randomInput(random: Random, depth = 0): Input {
  const items = depth > DEEPEST ? 0 : random.pick(depth === 0 ? [0, 1, 2, 3, 3] : [0, 1, 2]);
  return { n: random.int(0, 10), list: Array.from({ length: items }, () => randomInput(random, depth + 1)) };
}

/** Its branches wait for nothing, so that all of them want to be in one decision. */
function wideMachine(random: Random): Machine {
  const each: Machine = { startAt: 'W', nodes: new Map<string, Node>([['W', { kind: 'pass', name: 'W', next: undefined }]]) };
  const map: Each = { kind: 'map', name: 'S1', machine: each, over: 'wide', concurrency: random.pick([0, 1, 7]), distributed: random.chance(500), selects: true, retries: undefined, caught: undefined, next: 'S2' };
  const task: Task = { kind: 'task', name: 'S2', fails: 0, retries: 3, jitter: false, caught: undefined, next: undefined };
  return { startAt: 'S0', nodes: new Map<string, Node>([['S0', { kind: 'pass', name: 'S0', lists: random.int(WIDE, WIDE + 50), next: 'S1' }], ['S1', map], ['S2', task]]) };
}

/** A program while it grows: names are unique in all of it, and jumps go forwards only, so every run ends. */
class Growing {
  readonly #random: Random;
  #states = 0;
  #fanOuts: number;
  readonly #others: readonly string[];
  #children = MOST_CHILDREN;

  /** @param others programs that it may start. */
  constructor(random: Random, others: readonly string[]) {
    this.#random = random;
    this.#others = others;
    this.#fanOuts = random.pick([0, 0, 0, 1, 1, MOST_FAN_OUTS]);
  }

  /** @param before what has to come first. */
  machine(depth: number, before?: (next: string) => Pass): Machine {
    const random = this.#random;
    const first = this.#states;
    const count = depth === 0 ? random.int(1, 5) : random.int(1, 2);
    this.#states += count;
    const names = Array.from({ length: count }, (_, i) => `S${first + i}`);
    const end = `End${first}`;
    const later = (i: number): string => (i + 1 >= count ? end : names[random.int(i + 1, count - 1)]!);
    const nodes = new Map<string, Node>();
    names.forEach((name, i) => nodes.set(name, this.#node(name, { depth, alone: count === 1, next: names[i + 1], before: names.slice(0, i), later: () => later(i) })));
    if (depth === 0 && random.chance(250)) {
      nodes.set(end, { kind: 'choice', name: end, asks: { least: LESS }, yes: 'On', no: 'Off' });
      nodes.set('On', { kind: 'goes-on', name: 'On' });
      nodes.set('Off', { kind: 'pass', name: 'Off', next: undefined });
    } else nodes.set(end, random.chance(220) ? { kind: 'fail', name: end } : random.chance(300) ? { kind: 'succeed', name: end } : { kind: 'pass', name: end, next: undefined });
    const opening = before?.(names[0]!);
    if (opening !== undefined) nodes.set(opening.name, opening);
    const startAt = opening?.name ?? names[0]!;
    const reachable = reachableFrom(startAt, nodes);
    return { startAt, nodes: new Map([...nodes].filter(([name]) => reachable.has(name))) };
  }

  #node(name: string, { depth, alone, next, before, later }: { readonly depth: number; readonly alone: boolean; readonly next: string | undefined; readonly before: readonly string[]; readonly later: () => string }): Node {
    const random = this.#random;
    if (this.#fanOuts > 0 && depth < DEEPEST && random.chance(500)) return this.#fanOut({ name, next, retries: random.pick([undefined, undefined, 1]), caught: random.chance(400) ? later() : undefined }, depth + 1);
    if (random.chance(350)) return this.#talk({ name, next, retries: random.pick([undefined, undefined, 1]), caught: random.chance(400) ? later() : undefined });
    const draw = random.int(0, 9);
    if (draw < 6 || alone) return { kind: 'task', name, fails: random.pick([0, 0, 0, 1, 2, 9]), retries: random.pick([undefined, 1, 3]), jitter: random.chance(500), next, caught: random.chance(400) ? later() : undefined, ...(random.chance(400) && { undo: { fails: random.pick([0, 0, 0, 1, 2, 9]), retries: random.pick([undefined, 0, 1, 3]) } }) };
    if (draw < 7) return { kind: 'wait', name, seconds: random.int(1, depth === 0 ? 20 : 8), next };
    if (draw < 8) return { kind: 'pass', name, next };
    return { kind: 'choice', name, asks: before.length > 0 && random.chance(300) ? { present: random.pick(before) } : { least: random.int(0, 10) }, yes: later(), no: later() };
  }

  /** What has to do with others than the steps. */
  #talk(about: Onwards & Guarded): Node {
    const random = this.#random;
    const draw = random.int(0, 9);
    if (draw < 6 && this.#others.length > 0 && this.#children > 0) {
      this.#children--;
      return { kind: 'child', ...about, program: random.pick(this.#others), waits: random.chance(750), seconds: random.int(5, 60) };
    }
    return draw < 8 ? { kind: 'event', ...about, signal: random.pick(SIGNALS), seconds: random.int(3, 20) } : { kind: 'emit', name: about.name, next: about.next };
  }

  #fanOut(about: Onwards & Guarded, depth: number): Node {
    const random = this.#random;
    this.#fanOuts--;
    const selects = random.chance(500);
    if (random.chance(400)) return { kind: 'parallel', ...about, selects, branches: Array.from({ length: random.int(1, 3) }, () => this.machine(depth)) };
    const distributed = random.chance(500);
    const batch = distributed && random.chance(400) ? random.int(1, 3) : undefined;
    const machine = this.machine(depth, batch === undefined ? undefined : (next) => ({ kind: 'pass', name: `Unpack${about.name}`, unpacks: true, next }));
    return {
      kind: 'map',
      ...about,
      machine,
      over: 'list',
      concurrency: random.pick([0, 1, 2]),
      distributed,
      selects,
      ...(distributed && random.chance(400) && { toleratedCount: random.int(0, 2) }),
      ...(distributed && random.chance(300) && { toleratedPercentage: random.pick([34, 50, 100]) }),
      ...(batch !== undefined && { batch }),
    };
  }
}

function reachableFrom(start: string, nodes: ReadonlyMap<string, Node>): Set<string> {
  const found = new Set<string>();
  const open = [start];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    const { yes, no, next, caught } = nodes.get(name) as { readonly [way in 'yes' | 'no' | 'next' | 'caught']?: string | undefined };
    open.push(...[yes, no, next, caught].filter((way) => way !== undefined));
  }
  return found;
}
