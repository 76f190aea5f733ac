/** What holds for every definition, input and message. A failing case prints its seed and path; fast-check shrinks it. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { attemptKey, isTerminal, LIMITS, PLATFORM_DEFAULTS, readInboxMessage, ROOT_BRANCH, utf8Length, type InboxMessage, type Json, type JsonObject, type RunId, type RunState } from '@baton/contracts';
import { readDefinitionText, validMachine, type StateMachine } from '@baton/workflow';
import { input, json, randomMachine } from '../test/random-machine.ts';
import { decide } from './decide.ts';
import type { Decision, Facts } from './decision.ts';
import { applyEvents, chainOf } from './transition.ts';

const RUN_ID = 'run-1' as RunId;
const def = { name: 'random', ver: 1, hash: '0'.repeat(32) };
type Message = Pick<InboxMessage, 'type' | 'body'>;

/** What may come next: mostly what moves the run on, at times what nobody waits for. */
interface Step {
  readonly draw: number;
  readonly which: number;
  readonly value: Json;
}
const steps = fc.array(fc.record({ draw: fc.nat({ max: 99 }), which: fc.nat({ max: 50 }), value: fc.oneof(input, json) }), { minLength: 1, maxLength: 40 });

function messageFor(state: RunState, { draw, which, value }: Step): { readonly message: Message; readonly waitMs: number } {
  const open = Object.values(state.branches).flatMap(({ stepId, open: attempt }) => (attempt === undefined ? [] : [{ stepId, attempt: attempt.attempt }]));
  const timers = Object.entries(state.timers).sort(([, a], [, b]) => a.dueMs - b.dueMs);
  const [timerId, timer] = timers[draw < 95 ? 0 : which % timers.length] ?? ['none', { ver: 0, dueMs: state.updatedMs }];
  const wake = { message: { type: 'timer', body: { timerId, ver: timer.ver, by: 'lane' } } as Message, waitMs: Math.max(0, timer.dueMs - state.updatedMs) };
  if (draw >= 98) return { message: { type: 'cancel', body: { reason: 'enough' } }, waitMs: 1 };
  if (draw >= 95) return { message: { type: 'result', body: { stepId: 'Nobody.99', attempt: 1, outcome: 'succeeded', output: value, worker: 'w' } as never }, waitMs: 1 };
  const children = Object.values(state.branches).flatMap(({ stepId, attempt, awaits: awaited }) => (awaited?.kind === 'run' ? [{ childRunId: awaited.runId, stepId, attempt }] : []));
  const child = children[which % children.length];
  if (child !== undefined && draw >= 60) return { message: { type: 'child-ended', body: { ...child, ...(draw < 80 ? { outcome: 'completed', output: value } : draw < 90 ? { outcome: 'failed', error: { name: ['Oops', 'States.Timeout'][which % 2]!, message: 'it broke', kind: 'technical' } } : { outcome: 'cancelled', reason: 'enough' }) } } as Message, waitMs: 10 };
  const asked = Object.values(state.branches).flatMap(({ stepId, attempt, awaits: awaited }) => (awaited?.kind === 'person' ? [{ stepId, attempt }] : []));
  const question = asked[which % asked.length];
  if (question !== undefined && draw >= 60) return { message: { type: 'answer', by: 'ada', body: { ...question, answerId: `a${which}`, answer: which % 5 === 0 ? { a: 'none' } : { a: which }, via: 'api' } } as Message, waitMs: 10 };
  const awaits = Object.values(state.branches).some((branch) => branch.awaits?.kind === 'signal');
  if ((awaits && draw >= 40 && draw < 80) || draw === 39) return { message: { type: 'signal', body: { signalId: `s${which}`, name: which % 5 === 0 ? 'other' : 'go', data: value } }, waitMs: 10 };
  const about = open[which % open.length];
  if (about === undefined || draw < 15 || timers.some(([, { kind }]) => kind === 'continue')) return wake;
  const callback = draw % 3 === 0 ? { callback: true as const } : {};
  if (draw < 20) return { message: { type: 'heartbeat', body: { ...about, ...callback, worker: 'w', progress: { percent: which } } }, waitMs: 500 };
  const outcome = draw < 75 ? { outcome: 'succeeded' as const, output: value } : draw < 92 ? { outcome: 'failed' as const, error: { name: ['Oops', 'States.TaskFailed', 'Odd'][which % 3]!, message: 'it broke', kind: which % 7 === 0 ? ('business' as const) : ('technical' as const) } } : { outcome: 'released' as const };
  return { message: { type: 'result', body: { ...about, ...callback, worker: 'w', ...outcome } }, waitMs: 10 };
}

interface Play {
  readonly decisions: readonly Decision[];
  readonly state: RunState | undefined;
}

/** @param each is shown every accepted decision, with the run before it. */
function play(machine: StateMachine, start: Json, plan: readonly Step[], each: (decision: Extract<Decision, { kind: 'accepted' }>, before: RunState | undefined, nowMs: number) => void = () => undefined): Play {
  let state: RunState | undefined;
  let nowMs = 1_700_000_000_000;
  const decisions: Decision[] = [];
  const send = (message: Message): void => {
    const facts: Facts = { nowMs, machine, policy: PLATFORM_DEFAULTS, eventSource: '/test', taskToken: (key) => key, workflow: (name) => (name === 'unknown' ? undefined : { ...def, name }), files: () => 'gone' };
    const decision = decide(state, { v: 1, id: `m${decisions.length}`, runId: RUN_ID, ts: nowMs, ...message } as InboxMessage, facts);
    decisions.push(decision);
    if (decision.kind !== 'accepted') return;
    const seq = (state?.seq ?? 0) + 1;
    each(decision, state, nowMs);
    state = { ...decision.state, seq, chain: chainOf(state?.chain, decision.events) };
  };
  send({ type: 'start', body: { def, input: start, inputHash: 'h', via: 'api' } as never });
  for (const step of plan) {
    if (state === undefined || isTerminal((state as RunState).status)) break;
    const { message, waitMs } = messageFor(state, step);
    nowMs = Math.max(nowMs, (state as RunState).updatedMs) + waitMs;
    send(message);
  }
  return { decisions, state };
}

const RUNS = 100;

describe('whatever is defined, and whatever comes', () => {
  it('deciding never throws, and says the same when it is asked again', () => {
    fc.assert(
      fc.property(randomMachine, input, steps, (asl, start, plan) => {
        const machine = validMachine(asl);
        expect(play(machine, start, plan)).toEqual(play(machine, start, plan));
      }),
      { numRuns: RUNS },
    );
  });

  it('the events folded give the state that deciding gave, also read back from JSON (I6)', () => {
    fc.assert(
      fc.property(randomMachine, input, steps, (asl, start, plan) => {
        let folded: RunState | undefined;
        const { state } = play(validMachine(asl), start, plan, ({ events }, before, nowMs) => {
          const read = JSON.parse(JSON.stringify(events)) as typeof events;
          const from = folded === undefined ? undefined : (JSON.parse(JSON.stringify(folded)) as RunState);
          folded = applyEvents(from, { events: read, seq: (before?.seq ?? 0) + 1, nowMs, chain: chainOf(before?.chain, events) });
        });
        expect(folded).toEqual(JSON.parse(JSON.stringify(state)));
      }),
      { numRuns: RUNS },
    );
  });

  it('what is open can be woken, what has ended holds nothing, and every decision fits a record (I9)', () => {
    fc.assert(
      fc.property(randomMachine, input, steps, (asl, start, plan) => {
        play(validMachine(asl), start, plan, ({ events, effects, state }) => {
          expect(events.length).toBeGreaterThan(0);
          const commands = effects.flatMap((effect) => (effect.kind === 'send-command' ? [effect.command] : []));
          const messages = effects.flatMap((effect) => (effect.kind === 'send-message' ? [effect.message] : []));
          expect(utf8Length(JSON.stringify([events, commands, messages]))).toBeLessThan(LIMITS.recordBytes);
          for (const message of messages) expect(() => readInboxMessage(JSON.stringify(message))).not.toThrow();
          expect(untidy(state)).toEqual([]);
          const opened = events.flatMap((event) => (event.type === 'attempt-opened' ? [attemptKey(RUN_ID, event.stepId, event.attempt)] : []));
          const sent = commands.flatMap((command) => (command.t === 'run-step' ? [command.key] : []));
          expect(sent).toEqual(opened);
        });
      }),
      { numRuns: RUNS },
    );
  });

  it('a definition that is printed and read again means the same', () => {
    fc.assert(
      fc.property(randomMachine, input, steps, (asl, start, plan) => {
        const read = readDefinitionText(JSON.stringify(asl, null, 2)).value as JsonObject;
        expect(read).toEqual(asl);
        expect(play(validMachine(read), start, plan)).toEqual(play(validMachine(asl), start, plan));
      }),
      { numRuns: RUNS },
    );
  });
});

/** What must not be left behind by a decision. */
function untidy({ status, branches, timers, parts, ending }: RunState): string[] {
  const found: string[] = [];
  const all = Object.entries(branches);
  if (isTerminal(status)) {
    if (Object.keys(timers).length > 0 || parts !== undefined || all.length !== 1) found.push(`the run is ${status} and holds ${Object.keys(timers).join()} ${Object.keys(parts ?? {}).join()} ${Object.keys(branches).join()}`);
    return found;
  }
  if (status === 'blocked') return Object.keys(timers).length > 0 || all.length !== 1 ? ['the run is parked and goes on'] : [];
  const purposes = new Set<string>(['run']);
  if (ending !== undefined && (all.length !== 2 || parts !== undefined)) found.push(`the run undoes what it has done and holds ${Object.keys(branches).join()} ${Object.keys(parts ?? {}).join()}`);
  for (const [id, { stepId, phase, open, fanOut, parent, awaits }] of all) {
    const children = all.filter(([, branch]) => branch.parent === id).length;
    if (open !== undefined) purposes.add(`a.${stepId}`);
    if (awaits !== undefined) purposes.add(`d.${stepId}`);
    if (awaits?.kind === 'person') purposes.add(`e.${stepId}`);
    if (phase === 'backoff') purposes.add(`b.${stepId}`);
    if (phase === 'wait') purposes.add(`w.${stepId}`);
    const waits = [`a.${stepId}`, `b.${stepId}`, `w.${stepId}`, `d.${stepId}`].some((timer) => timers[timer] !== undefined);
    if (fanOut !== undefined) purposes.add(`c.${stepId}`);
    // The root rests while it is undone what the run has done.
    if (ending !== undefined && id === ROOT_BRANCH) continue;
    // When all its branches are over, their results may be written out.
    if (fanOut === undefined || (fanOut.records === true && fanOut.open === 0) ? !waits && timers[`c.${stepId}`] === undefined : fanOut.open === 0 && timers[`c.${stepId}`] === undefined) found.push(`${stepId} waits for nothing`);
    if (children !== (fanOut?.open ?? 0)) found.push(`${stepId} has ${children} branches and counts ${fanOut?.open}`);
    if (parent !== undefined && branches[parent] === undefined) found.push(`${id} has lost its parent`);
  }
  for (const timer of Object.keys(timers)) if (!purposes.has(timer)) found.push(`${timer} is armed for nothing`);
  const entries = new Set(all.flatMap(([, { fanOut }]) => (fanOut === undefined ? [] : [String(fanOut.entry)])));
  for (const key of Object.keys(parts ?? {})) if (!entries.has(key.split('/')[1]!)) found.push(`${key} is kept for nobody`);
  return found;
}
