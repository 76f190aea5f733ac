/** What the model of the simulator's programs says, by hand: it must know better than the engine that it is held against. */
import { describe, expect, it } from '@jest/globals';
import type { Json } from '@baton/contracts';
import { Mailbox } from './mailbox.ts';
import { Model, type Happening } from './model.ts';
import type { Each, Event, Machine, Node, Parallel, Task } from './program.ts';

const machine = (...nodes: readonly Node[]): Machine => ({ startAt: nodes[0]!.name, nodes: new Map(nodes.map((node) => [node.name, node])) });
const task = (name: string, about: Partial<Task> = {}): Task => ({ kind: 'task', name, fails: 0, jitter: false, retries: undefined, caught: undefined, next: undefined, ...about });
const each = (about: Partial<Each> = {}): Each => ({ kind: 'map', name: 'M', machine: machine(task('T')), over: 'list', concurrency: 0, distributed: false, selects: false, retries: undefined, caught: undefined, next: undefined, ...about });
const both = (about: Partial<Parallel> = {}): Parallel => ({ kind: 'parallel', name: 'P', branches: [machine(task('A')), machine(task('B'))], selects: false, retries: undefined, caught: undefined, next: undefined, ...about });

const modelOf = (node: Node, input: Json = { n: 1, list: [] }, ...more: readonly Node[]): Model => new Model({ name: 'program_0', machine: machine(node, ...more), timeoutSeconds: undefined, workflow: undefined as never }, input);
const event = (name: string): Event => ({ kind: 'event', name, signal: 'a', seconds: 5, retries: undefined, caught: undefined, next: undefined });
const told = (id: string): Happening => ({ kind: 'signal', id, name: 'a', data: 7 });
const items = (count: number): Json => ({ n: 1, list: Array.from({ length: count }, (_, n) => ({ n, list: [] })) });
const succeeded = (place: string, output: Json, attempt = 1): Happening => ({ kind: 'succeeded', place, attempt, output });
const failed = (place: string, attempt = 1): Happening => ({ kind: 'failed', place, attempt, error: 'Scripted' });

describe('the model of a program', () => {
  it('opens all branches of a Parallel at once and joins their outputs in the order of the branches', () => {
    const model = modelOf(both());
    expect(model.start()).toEqual(['enters P at /1', 'enters A at /1.1.0/1', 'opens attempt 1 at /1.1.0/1', 'enters B at /1.1.1/1', 'opens attempt 1 at /1.1.1/1']);
    expect(model.happens(succeeded('/1.1.1/1', 'b'))).toEqual([]);
    expect(model.happens(succeeded('/1.1.0/1', 'a'))).toEqual([]);
    const given = { n: 1, list: [] };
    expect(model.ended).toEqual({ status: 'completed', output: { ...given, P: [{ ...given, A: 'a' }, { ...given, B: 'b' }] } });
  });

  it('gives up what is open beside a branch that fails, and opens all again where the Parallel is retried', () => {
    const model = modelOf(both({ retries: 1 }));
    model.start();
    expect(model.happens(failed('/1.1.0/1'))).toEqual(['gives up attempt 1 at /1.1.1/1']);
    expect(model.happens(succeeded('/1.1.1/1', 'late'))).toBe('nobody is at /1.1.1/1');
    expect(model.happens({ kind: 'backoff', place: '/1' })).toEqual(['enters A at /1.2.0/1', 'opens attempt 1 at /1.2.0/1', 'enters B at /1.2.1/1', 'opens attempt 1 at /1.2.1/1']);
    model.happens(failed('/1.2.1/1'));
    expect(model.ended).toEqual({ status: 'failed', error: 'Scripted' });
  });

  it('has as many items of a Map open as its window allows, and the next when one has ended', () => {
    const model = modelOf(each({ concurrency: 2 }), items(3));
    expect(model.start()).toEqual(['enters M at /1', 'enters T at /1.1.0/1', 'opens attempt 1 at /1.1.0/1', 'enters T at /1.1.1/1', 'opens attempt 1 at /1.1.1/1']);
    expect(model.happens(succeeded('/1.1.1/1', 'x'))).toEqual(['enters T at /1.1.2/1', 'opens attempt 1 at /1.1.2/1']);
  });

  it('counts the items of a failed batch, and names what a DISTRIBUTED Map fails with', () => {
    const batches = each({ distributed: true, batch: 2, toleratedCount: 2, machine: machine({ kind: 'pass', name: 'U', unpacks: true, next: 'T' }, task('T')) });
    const model = modelOf(batches, items(5));
    model.start();
    expect(model.happens(failed('/1.1.0/2'))).toEqual([]);
    expect(model.happens(failed('/1.1.2/2'))).toEqual(['gives up attempt 1 at /1.1.1/2']);
    expect(model.ended).toEqual({ status: 'failed', error: 'States.ExceedToleratedFailureThreshold' });
  });

  it('leaves the place of an item that failed and was tolerated', () => {
    const model = modelOf(each({ distributed: true, toleratedPercentage: 50 }), items(2));
    model.start();
    model.happens(failed('/1.1.1/1'));
    model.happens(succeeded('/1.1.0/1', 'x'));
    expect(model.ended).toMatchObject({ status: 'completed', output: { M: [{ n: 0, list: [], T: 'x' }, { Error: 'Scripted' }] } });
  });

  it('refuses an answer to another attempt than the one that is open', () => {
    const model = modelOf(task('T', { retries: 1 }));
    model.start();
    expect(model.happens(succeeded('/1', 'x', 2))).toBe('/1 waits for attempt 1');
    expect(model.happens({ kind: 'wait', place: '/1' })).toBe('/1 waits for attempt 1');
    expect(model.happens(failed('/1'))).toEqual([]);
    expect(model.happens({ kind: 'backoff', place: '/1' })).toEqual(['opens attempt 2 at /1']);
  });

  it('keeps a signal until a state asks for its name, and knows it by its id when it comes again', () => {
    const model = modelOf(task('T', { next: 'E' }), { n: 1, list: [] }, event('E'));
    model.start();
    expect(model.happens(told('s1'))).toEqual([]);
    expect(model.happens(told('s1'))).toBe('the signal s1 had come before');
    expect(model.happens(succeeded('/1', 'x'), new Map([['/2', 's1']]))).toEqual(['enters E at /2', 'awaits the signal a at /2', 'takes the signal s1 at /2']);
    expect(model.ended).toMatchObject({ status: 'completed', output: { E: { id: 's1', data: 7 } } });
  });

  it('lets nobody wait for a signal that is there, and gives it to whoever has waited longest', () => {
    const model = modelOf(event('E'));
    model.start();
    expect(model.happens(told('s1'))).toBe('/1 waits for a signal that is there');
    const two = modelOf(both({ branches: [machine(event('A')), machine(task('T', { next: 'B' }), event('B'))] }));
    two.start();
    two.happens(succeeded('/1.1.1/1', 'x'));
    expect(two.happens(told('s1'), new Map([['/1.1.1/2', 's1']]))).toBe('/1.1.1/2 took the signal s1, and another has waited longer');
  });

  it('fails a wait at its deadline, and starts another run where it is tried again', () => {
    const model = modelOf({ kind: 'child', name: 'C', program: 'program_7', waits: true, seconds: 5, retries: 1, caught: undefined, next: undefined });
    expect(model.start()).toEqual(['enters C at /1', 'starts by attempt 1 at /1 a run of program_7 with {"list":[],"n":1}']);
    expect(model.happens({ kind: 'deadline', place: '/1' })).toEqual(['gives up the run of attempt 1 at /1']);
    expect(model.happens({ kind: 'backoff', place: '/1' })).toEqual(['starts by attempt 2 at /1 a run of program_7 with {"list":[],"n":1}']);
    expect(model.happens({ kind: 'child-ended', place: '/1', attempt: 1, output: 'late', error: undefined })).toBe('/1 waits for child 2');
    expect(model.happens({ kind: 'child-ended', place: '/1', attempt: 2, output: 'x', error: undefined })).toEqual([]);
    expect(model.ended).toMatchObject({ status: 'completed', output: { C: { of: 'program_7', out: 'x' } } });
  });

  it('undoes what was done, the newest first, each with what its step had, and then fails as it would have', () => {
    const undo = { fails: 0, retries: 1 };
    const model = modelOf(task('A', { undo, next: 'B' }), { n: 1, list: [] }, task('B', { undo, next: 'F' }), { kind: 'fail', name: 'F' });
    model.start();
    expect(model.happens(succeeded('/1', 'a'))).toContain('can undo /1 with {"done":"a","fails":0,"n":1,"node":"undo A"}');
    expect(model.happens(succeeded('/2', 'b'))).toEqual(expect.arrayContaining(['enters F at /3', 'begins to undo, and is failed then', 'has attempt 1 at the undoing of /2 with {"done":"b","fails":0,"n":1,"node":"undo B"}']));
    expect(model.happens({ kind: 'cancelled' })).toBe('it undoes what it has done already');
    expect(model.happens(told('s1'))).toBe('it undoes what it has done, and takes no signal');
    expect(model.happens(failed('the undoing of /2'))).toEqual([]);
    expect(model.happens({ kind: 'backoff', place: 'the undoing of /2' })).toEqual([expect.stringContaining('has attempt 2 at the undoing of /2')]);
    expect(model.happens(succeeded('the undoing of /2', 'x', 2))).toEqual([expect.stringContaining('has attempt 1 at the undoing of /1')]);
    expect(model.happens(succeeded('the undoing of /2', 'x', 2))).toBe('the undoing of /1 is under way, and not the undoing of /2');
    expect(model.happens(succeeded('the undoing of /1', 'x'))).toEqual([]);
    expect(model.ended).toEqual({ status: 'failed', error: 'Planned' });
  });

  it('is parked by what cannot be undone until an operator goes on with it, and gives it up when it is cancelled then', () => {
    const parked = (): Model => {
      const model = modelOf(both({ branches: [machine(task('A', { undo: { fails: 9, retries: 0 } })), machine(task('B'))] }));
      model.start();
      model.happens(succeeded('/1.1.0/1', 'a'));
      expect(model.happens({ kind: 'cancelled' })).toEqual(['gives up attempt 1 at /1.1.1/1', 'begins to undo, and is cancelled then', expect.stringContaining('has attempt 1 at the undoing of /1.1.0/1')]);
      expect(model.happens({ kind: 'retry' })).toBe('the undoing of /1.1.0/1 waits for attempt 1');
      expect(model.happens(failed('the undoing of /1.1.0/1'))).toEqual(['is parked by the undoing of /1.1.0/1']);
      expect([model.isParked, model.ended]).toEqual([true, undefined]);
      return model;
    };
    const retried = parked();
    expect(retried.happens({ kind: 'retry' })).toEqual([expect.stringContaining('has attempt 2 at the undoing of /1.1.0/1')]);
    const skipped = parked();
    skipped.happens({ kind: 'skip' });
    const givenUp = parked();
    givenUp.happens({ kind: 'cancelled' });
    expect([retried, skipped, givenUp].map(({ ended }) => ended?.status)).toEqual([undefined, 'cancelled', 'cancelled']);
  });

  it('goes on as another run with what nobody has taken, but not where its end is waited for', () => {
    const chain = { machine: machine({ kind: 'goes-on', name: 'On' }), name: 'program_0', timeoutSeconds: undefined, workflow: undefined as never };
    const mailbox = new Mailbox({ kept: [{ id: 's1', name: 'b', data: 7 }], knows: () => false });
    expect(new Model(chain, { n: 9, list: [] }, { waitedFor: false, mailbox }).start()).toEqual(['enters On at /1', 'goes on as program_0 with {"list":[],"n":5} and the signals s1']);
    const waitedFor = new Model(chain, { n: 9, list: [] }, { waitedFor: true, mailbox });
    waitedFor.start();
    expect(waitedFor.ended).toEqual({ status: 'failed', error: 'Baton.CannotContinue' });
  });
});
