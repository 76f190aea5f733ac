/**
 * Where a program must go: a small interpreter of its own, which shares nothing with the engine. It is told what happens
 * from outside, and says what a run must do at once: which states it enters, which attempts it opens, which it gives up.
 *
 * Places are named by how one gets there: `/2` is the second state that the root enters, `/2.1.0/1` the first one in branch 0
 * of what `/2` has opened for the first time.
 */
import { isJsonObject, type Json, type JsonObject, type RunStatus } from '@baton/contracts';
import { canonical } from './canonical.ts';
import { Mailbox, type Told } from './mailbox.ts';
import { keeps, Undoing } from './model-undo.ts';
import { EMITTED, LESS, listed, passed, undoing, type Child, type Choice, type Each, type Event, type Machine, type Node, type Parallel, type Pass, type Program, type Task } from './program.ts';

/** By its name; what a Cause says is the engine's own. */
export type ErrorName = string;

export type Happening =
  | { readonly kind: 'succeeded'; readonly place: string; readonly attempt: number; readonly output: Json }
  | { readonly kind: 'failed'; readonly place: string; readonly attempt: number; readonly error: ErrorName }
  /** Handed back unfinished. */
  | { readonly kind: 'released'; readonly place: string; readonly attempt: number }
  /** The time of a Wait, or before another try, is over. */
  | { readonly kind: 'wait'; readonly place: string }
  | { readonly kind: 'backoff'; readonly place: string }
  /** What a state waits for has not come in time. */
  | { readonly kind: 'deadline'; readonly place: string }
  | ({ readonly kind: 'signal' } & Told)
  /** The run that this attempt has started; with an error where it did not succeed. */
  | { readonly kind: 'cancelled' }
  /** The time of the whole run is over. */
  | { readonly kind: 'out-of-time' }
  /** Its message cannot be decided on. */
  | { readonly kind: 'poisoned' }
  /** An operator goes on with what could not be undone. */
  | { readonly kind: 'retry' }
  | { readonly kind: 'skip' }
  | { readonly kind: 'child-ended'; readonly place: string; readonly attempt: number; readonly output: Json; readonly error: ErrorName | undefined };

/** What a run is started with beside its input. */
export interface Begun {
  /** A run waits for its end. */
  readonly waitedFor: boolean;
  /** What was told to the run that goes on as it. */
  readonly mailbox: Mailbox;
}

/** Which of several that wait for the same does not follow from the program; so it is said which signal was taken at which place, and held against who may. */
export type Taken = ReadonlyMap<string, string>;

export type Broken = { readonly status: Extract<RunStatus, 'failed'>; readonly error: ErrorName } | { readonly status: Extract<RunStatus, 'cancelled'> };
export type Ended = Broken | { readonly status: Extract<RunStatus, 'completed'>; readonly output: Json };

/** What a run does. */
export const enters = (place: string, state: string): string => `enters ${state} at ${place}`;
export const opens = (place: string, attempt: number): string => `opens attempt ${attempt} at ${place}`;
export const givesUp = (place: string, attempt: number): string => `gives up attempt ${attempt} at ${place}`;
export const awaits = (place: string, signal: string): string => `awaits the signal ${signal} at ${place}`;
export const takes = (place: string, id: string): string => `takes the signal ${id} at ${place}`;
export const starts = (place: string, attempt: number, { program, input }: { readonly program: string; readonly input: Json }): string => `starts by attempt ${attempt} at ${place} a run of ${program} with ${canonical(input)}`;
export const givesUpRun = (place: string, attempt: number): string => `gives up the run of attempt ${attempt} at ${place}`;
export const says = (place: string, type: string, data: Json): string => `says ${type} ${canonical(data)} at ${place}`;
export const beginsToUndo = (status: string): string => `begins to undo, and is ${status} then`;
/** @param left ids of signals that go along. */
export const goesOn = (program: string, input: Json, left: readonly string[]): string => `goes on as ${program} with ${canonical(input)} and the signals ${left.join()}`;
export const branchName = (place: string, round: number, index: number): string => `${place}.${round}.${index}`;

interface Line {
  readonly name: string;
  readonly machine: Machine;
  readonly of?: { readonly line: Line; readonly index: number };
  data: Json;
  node: Node | undefined;
  place: string;
  entered: number;
  attempt: number;
  retries: number;
  rounds: number;
  waits: 'attempt' | 'wait' | 'backoff' | 'signal' | 'child' | undefined;
  /** Turn in which it began to wait for a signal. */
  since: number;
  fan: Fan | undefined;
}

interface Fan {
  readonly begin: (index: number) => { readonly machine: Machine; readonly data: Json; readonly items: number };
  readonly total: number;
  readonly concurrency: number;
  readonly tolerated: number;
  readonly results: Json[];
  readonly open: Set<Line>;
  opened: number;
  failed: number;
  error: ErrorName | undefined;
  /** It is being looked after further up. */
  looking: boolean;
}

export class Model {
  ended: Ended | undefined;
  #does: string[] = [];
  readonly #lines = new Map<string, Line>();
  readonly #root: Line;
  readonly #name: string;
  readonly #waitedFor: boolean;
  readonly #mailbox: Mailbox;
  readonly #undoing = new Undoing();
  /** What it ends with once it has undone what it has done. */
  #ending: Broken | undefined;
  #poisoned = false;
  #turn = 0;
  #taken: Taken = new Map();
  #mistake: string | undefined;

  constructor({ name, machine }: Program, input: Json, { waitedFor, mailbox }: Begun = { waitedFor: false, mailbox: new Mailbox() }) {
    this.#root = this.#line('', machine, input);
    this.#name = name;
    this.#waitedFor = waitedFor;
    this.#mailbox = mailbox;
  }

  /** What a run does when it starts. */
  start(taken: Taken = new Map()): readonly string[] | string {
    this.#taken = taken;
    this.#enter(this.#root, this.#root.machine.startAt);
    return this.#done();
  }

  /** What it does then; or, as a text, why that cannot happen. */
  happens(what: Happening, taken: Taken = new Map()): readonly string[] | string {
    this.#turn++;
    this.#taken = taken;
    if (this.ended !== undefined) return 'it has ended';
    if (what.kind === 'cancelled') return this.#cancelled();
    if (this.#poisoned) return 'it is parked';
    if (what.kind === 'poisoned') return this.#poison();
    if (what.kind === 'out-of-time') return this.#ending === undefined ? this.#broken({ status: 'failed', error: 'States.Timeout' }) : 'it undoes what it has done, and takes the time that it takes';
    if (what.kind === 'retry' || what.kind === 'skip' || this.#ending !== undefined) return this.#undoes(what);
    if (what.kind === 'signal') return this.#told(what);
    const line = this.#lines.get(what.place);
    if (line === undefined) return `nobody is at ${what.place}`;
    if (!waitsFor(line, what) || ('attempt' in what && line.attempt !== what.attempt)) return `${what.place} waits for ${line.waits ?? 'nothing'} ${line.attempt}`;
    line.waits = undefined;
    const node = line.node as Task;
    if (what.kind === 'succeeded') this.#succeeded(line, node, what.output);
    else if (what.kind === 'failed') this.#raise(line, what.error);
    else if (what.kind === 'wait') this.#leave(line, node.next, line.data);
    else if (what.kind === 'child-ended') this.#answered(line, what);
    else if (what.kind === 'deadline') this.#late(line, what.place);
    else this.#begin(line, node);
    return this.#done();
  }

  /** Whether it waits for an operator. */
  get isParked(): boolean {
    return this.ended === undefined && (this.#poisoned || this.#undoing.waitsForOperator);
  }

  #succeeded(line: Line, { name, next, undo }: Task, output: Json): void {
    if (undo !== undefined) {
      const input = { node: undoing(name), fails: undo.fails, n: fieldOf(line.data, 'n'), done: output };
      this.#does.push(keeps(line.place, input));
      this.#undoing.keep({ place: line.place, input, retries: undo.retries });
    }
    this.#leave(line, next, with_(line.data, name, output));
  }

  #poison(): readonly string[] {
    this.#poisoned = true;
    return [];
  }

  /** Who is parked can be cancelled; where he has begun to undo, that is given up. */
  #cancelled(): readonly string[] | string {
    if (this.#ending !== undefined && !this.isParked) return 'it undoes what it has done already';
    this.#poisoned = false;
    return this.#broken({ status: 'cancelled' });
  }

  #broken(how: Broken): readonly string[] | string {
    for (const line of this.#lines.values()) this.#tellWhoWaits(line);
    const { open } = this.#undoing;
    if (open !== undefined) this.#does.push(givesUp(open.place, open.attempt));
    this.#over(how);
    return this.#done();
  }

  /** Ends the run otherwise than well. */
  #over(how: Broken): void {
    this.#lines.clear();
    if (this.#ending !== undefined || this.#undoing.isEmpty) return void (this.ended = how);
    this.#ending = how;
    this.#does.push(beginsToUndo(how.status), ...this.#undoing.next());
  }

  #undoes(what: Happening): readonly string[] | string {
    if (what.kind !== 'succeeded' && what.kind !== 'failed' && what.kind !== 'released' && what.kind !== 'backoff' && what.kind !== 'retry' && what.kind !== 'skip') return `it undoes what it has done, and takes no ${what.kind}`;
    const does = this.#undoing.happens(what);
    if (typeof does !== 'string' && this.#undoing.isOver) this.ended = this.#ending;
    return does;
  }

  #told({ id, name, data }: Told): readonly string[] | string {
    if (this.#mailbox.knows(id)) return `the signal ${id} had come before`;
    this.#mailbox.put({ id, name, data });
    const waiting = [...this.#lines.values()].filter((line) => line.waits === 'signal' && (line.node as Event).signal === name);
    const longest = Math.min(...waiting.map(({ since }) => since));
    const chosen = waiting.find(({ place }) => this.#taken.has(place));
    if (chosen !== undefined && chosen.since > longest) return `${chosen.place} took the signal ${id}, and another has waited longer`;
    if (chosen !== undefined) this.#take(chosen, chosen.node as Event);
    return this.#done();
  }

  #take(line: Line, { name, signal, next }: Event): void {
    const told = this.#mailbox.take(signal);
    if (told === undefined) return void (this.#mistake ??= `there was no signal ${signal} to take at ${line.place}`);
    line.waits = undefined;
    this.#does.push(takes(line.place, told.id));
    this.#leave(line, next, with_(line.data, name, { id: told.id, data: told.data }));
  }

  #answered(line: Line, { output, error }: Extract<Happening, { kind: 'child-ended' }>): void {
    const { name, program, next } = line.node as Child;
    if (error === undefined) this.#leave(line, next, with_(line.data, name, { of: program, out: output }));
    // The engine's own errors would be taken for those of this run.
    else this.#raise(line, error.startsWith('States.') ? 'States.TaskFailed' : error);
  }

  #late(line: Line, place: string): void {
    if (line.node!.kind === 'child') this.#does.push(givesUpRun(place, line.attempt));
    this.#raise(line, 'States.Timeout');
  }

  #done(): readonly string[] | string {
    const idle = [...this.#lines.values()].find((line) => line.waits === 'signal' && this.#mailbox.has((line.node as Event).signal));
    if (idle !== undefined) this.#mistake ??= `${idle.place} waits for a signal that is there`;
    return this.#mistake ?? this.#does.splice(0);
  }

  #line(name: string, machine: Machine, data: Json, of?: Line['of']): Line {
    return { name, machine, data, node: undefined, place: '', entered: 0, attempt: 0, retries: 0, rounds: 0, waits: undefined, since: 0, fan: undefined, ...(of !== undefined && { of }) };
  }

  #enter(line: Line, name: string): void {
    this.#lines.delete(line.place);
    const place = `${line.name}/${line.entered + 1}`;
    Object.assign(line, { node: line.machine.nodes.get(name)!, place, entered: line.entered + 1, attempt: 0, retries: 0, rounds: 0 });
    this.#lines.set(place, line);
    this.#does.push(enters(place, name));
    this.#begin(line, line.node!);
  }

  #begin(line: Line, node: Node): void {
    switch (node.kind) {
      case 'task':
        line.waits = 'attempt';
        line.attempt++;
        return void this.#does.push(opens(line.place, line.attempt));
      case 'wait':
        return void (line.waits = 'wait');
      case 'pass':
        return this.#leave(line, node.next, after(node, line.data));
      case 'choice':
        return this.#enter(line, holds(node, line.data) ? node.yes : node.no);
      case 'parallel':
      case 'map':
        return this.#open(line, node.kind === 'map' ? overItems(node, line.data) : sideBySide(node, line.data));
      case 'event':
        line.waits = 'signal';
        line.since = this.#turn;
        this.#does.push(awaits(line.place, node.signal));
        return this.#taken.has(line.place) ? this.#take(line, node) : undefined;
      case 'child':
        line.attempt++;
        this.#does.push(starts(line.place, line.attempt, { program: node.program, input: handedOn(line.data) }));
        if (!node.waits) return this.#leave(line, node.next, with_(line.data, node.name, { of: node.program }));
        return void (line.waits = 'child');
      case 'emit':
        this.#does.push(says(line.place, EMITTED, fieldOf(line.data, 'n')));
        return this.#leave(line, node.next, with_(line.data, node.name, { said: EMITTED }));
      case 'goes-on':
        if (this.#waitedFor) return this.#raise(line, 'Baton.CannotContinue');
        this.#does.push(goesOn(this.#name, handedOn(line.data, LESS), this.#mailbox.ids));
        return this.#leave(line, undefined, with_(line.data, node.name, { of: this.#name }));
      case 'succeed':
        return this.#end(line);
      case 'fail':
        return this.#raise(line, 'Planned');
    }
  }

  #leave(line: Line, next: string | undefined, data: Json): void {
    line.data = data;
    if (next === undefined) this.#end(line);
    else this.#enter(line, next);
  }

  #end(line: Line): void {
    this.#lines.delete(line.place);
    if (line.of === undefined) return void (this.ended = { status: 'completed', output: line.data });
    const { line: around, index } = line.of;
    around.fan!.results[index] = line.data;
    around.fan!.open.delete(line);
    this.#look(around);
  }

  #raise(line: Line, error: ErrorName): void {
    const { retries, caught } = line.node as { readonly retries?: number; readonly caught?: string };
    if (retries !== undefined && line.retries < retries) {
      line.retries++;
      line.waits = 'backoff';
      return;
    }
    if (caught !== undefined) return this.#enter(line, caught);
    this.#lines.delete(line.place);
    if (line.of === undefined) return this.#over({ status: 'failed', error });
    const { line: around, index } = line.of;
    const fan = around.fan!;
    fan.open.delete(line);
    fan.failed += fan.begin(index).items;
    fan.results[index] = { Error: error };
    if (fan.failed > fan.tolerated) fan.error = error;
    this.#look(around);
  }

  #open(line: Line, fan: Fan): void {
    line.fan = fan;
    if (fan.total > 0) line.rounds++;
    this.#look(line);
  }

  #look(line: Line): void {
    const fan = line.fan!;
    if (fan.looking) return;
    fan.looking = true;
    while (fan.error === undefined && fan.opened < fan.total && fan.open.size < fan.concurrency) {
      const index = fan.opened++;
      const { machine, data } = fan.begin(index);
      const branch = this.#line(branchName(line.place, line.rounds, index), machine, data, { line, index });
      fan.open.add(branch);
      this.#enter(branch, machine.startAt);
    }
    fan.looking = false;
    const node = line.node as Parallel | Each;
    if (fan.error !== undefined) {
      for (const branch of fan.open) this.#giveUp(branch);
      line.fan = undefined;
      this.#raise(line, node.kind === 'map' && node.distributed ? 'States.ExceedToleratedFailureThreshold' : fan.error);
    } else if (fan.opened === fan.total && fan.open.size === 0) {
      line.fan = undefined;
      this.#leave(line, node.next, with_(line.data, node.name, fan.results));
    }
  }

  #giveUp(line: Line): void {
    this.#lines.delete(line.place);
    this.#tellWhoWaits(line);
    for (const branch of line.fan?.open ?? []) this.#giveUp(branch);
  }

  #tellWhoWaits({ waits, place, attempt }: Line): void {
    if (waits === 'attempt') this.#does.push(givesUp(place, attempt));
    if (waits === 'child') this.#does.push(givesUpRun(place, attempt));
  }
}

function waitsFor({ waits }: Line, what: Extract<Happening, { place: string }>): boolean {
  if (what.kind === 'deadline') return waits === 'signal' || waits === 'child';
  if (what.kind === 'child-ended') return waits === 'child';
  return waits === ('attempt' in what ? 'attempt' : what.kind);
}

/** What a run gives to another. */
const handedOn = (data: Json, less = 0): Json => ({ n: Number(fieldOf(data, 'n')) - less, list: fieldOf(data, 'list') });

const with_ = (data: Json, name: string, value: Json): Json => ({ ...(data as JsonObject), [name]: value });
const fieldOf = (data: Json, name: string): Json => (isJsonObject(data) ? (data[name] ?? null) : null);

function after({ name, unpacks, lists }: Pass, data: Json): Json {
  if (unpacks === true) return { n: fieldOf(fieldOf(data, 'BatchInput'), 'n'), list: fieldOf(data, 'Items') };
  return lists === undefined ? with_(data, name, passed(name)) : with_(data, 'wide', listed(lists));
}

const holds = ({ asks }: Choice, data: Json): boolean => ('least' in asks ? Number(fieldOf(data, 'n')) >= asks.least : Object.hasOwn(data as JsonObject, asks.present));

const fanOf = (about: Pick<Fan, 'begin' | 'total' | 'concurrency' | 'tolerated'>): Fan => ({ ...about, results: [], open: new Set(), opened: 0, failed: 0, error: undefined, looking: false });

function sideBySide({ branches, selects }: Parallel, data: Json): Fan {
  const given = selects ? { n: fieldOf(data, 'n'), list: fieldOf(data, 'list') } : data;
  return fanOf({ total: branches.length, concurrency: branches.length, tolerated: 0, begin: (index) => ({ machine: branches[index]!, data: given, items: 1 }) });
}

function overItems({ machine, over, concurrency, selects, toleratedCount, toleratedPercentage, batch }: Each, data: Json): Fan {
  const list = fieldOf(data, over) as readonly Json[];
  const items = !selects ? list : list.map((item, index) => (over === 'wide' ? { n: item } : { n: fieldOf(item, 'n'), list: fieldOf(item, 'list'), of: fieldOf(data, 'n'), index }));
  const tolerances = [toleratedCount, toleratedPercentage === undefined ? undefined : Math.floor((list.length * toleratedPercentage) / 100)].filter((most) => most !== undefined);
  const about = { concurrency: concurrency === 0 ? 40 : concurrency, tolerated: tolerances.length === 0 ? 0 : Math.min(...tolerances) };
  if (batch === undefined) return fanOf({ ...about, total: items.length, begin: (index) => ({ machine, data: items[index]!, items: 1 }) });
  const batchOf = (index: number): readonly Json[] => items.slice(index * batch, (index + 1) * batch);
  return fanOf({ ...about, total: Math.ceil(items.length / batch), begin: (index) => ({ machine, data: { BatchInput: { n: fieldOf(data, 'n') }, Items: batchOf(index) }, items: batchOf(index).length }) });
}
