import { manualClock } from '@baton/adapter-memory';
import { LIMITS, OperatingError, readDeadLetter, readInboxMessage, type AbandonStepCommand, type Command, type DeadLetter, type InboxMessage, type RunId, type RunStepCommand, type StepId } from '@baton/contracts';
import { createLog } from '@baton/platform-kit';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { BusinessError, BusinessValidationError } from '../errors.ts';
import { memoryBlobStore } from '../memory-blob-store.ts';
import { defineStep, type AnyStep, type StepContext, type StepOptions } from '../step.ts';
import { Worker } from './worker.ts';

const T0 = Date.UTC(2026, 0, 1);
const LEASE_MS = 1_000;
const HEARTBEAT_TIMEOUT_MS = 30_000;

/** Everything that is under way has gone as far as it can without the clock, a message or a step moving. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** An inbox that acknowledges at once, or when told; every message is read as the orchestrator would. */
class Inbox {
  readonly messages: InboxMessage[] = [];
  failing = false;
  #held: (() => void)[] | undefined;

  hold(): void {
    this.#held = [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const go of held) go();
  }

  async send(messages: readonly InboxMessage[]): Promise<void> {
    const read = messages.map((message) => readInboxMessage(JSON.stringify(message)));
    if (this.#held !== undefined) await new Promise<void>((resolve) => this.#held!.push(resolve));
    if (this.failing) throw new OperatingError('unavailable', 'No broker answers', { retry: 'unknown' });
    this.messages.push(...read);
  }

  get results() {
    return this.messages.flatMap((message) => (message.type === 'result' ? [message] : []));
  }

  get heartbeats() {
    return this.messages.flatMap((message) => (message.type === 'heartbeat' ? [message] : []));
  }
}

/** A step whose every run is ended by hand. */
class HandStep {
  readonly runs: { readonly input: unknown; readonly ctx: StepContext; finish(output: unknown): void; fail(error: unknown): void }[] = [];
  readonly step: AnyStep;

  constructor(name = 'by_hand', options: Partial<StepOptions<z.ZodType, z.ZodType>> = {}) {
    this.step = defineStep({
      name,
      input: z.any(),
      output: z.any(),
      ...options,
      run: (input, ctx) => new Promise((resolve, reject) => void this.runs.push({ input, ctx, finish: resolve, fail: reject })),
    });
  }
}

function command(n: number, changes: Partial<RunStepCommand> = {}): RunStepCommand {
  return {
    v: 1, t: 'run-step', key: `run-${n}/s1/1`, idem: `run-${n}/s1`, runId: `run-${n}` as RunId, stepId: 's1' as StepId, attempt: 1, service: 'svc', step: 'by_hand', workflow: 'flow',
    deadlineMs: T0 + 300_000, heartbeatTimeoutMs: HEARTBEAT_TIMEOUT_MS, input: { n }, token: 'token', trace: { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` },
    ...changes,
  };
}
const abandon = (n: number, why: AbandonStepCommand['why']): AbandonStepCommand => ({ v: 1, t: 'abandon-step', key: `run-${n}/s1/1`, runId: `run-${n}` as RunId, stepId: 's1' as StepId, attempt: 1, service: 'svc', step: 'by_hand', why });

function started(steps: readonly AnyStep[], options: { concurrency?: number } = {}) {
  const clock = manualClock(T0);
  const inbox = new Inbox();
  const letters: DeadLetter[] = [];
  const dead = { failing: false };
  const full: boolean[] = [];
  const lines: Record<string, unknown>[] = [];
  let offset = 0;
  const worker = new Worker({
    service: 'svc',
    worker: 'host/1',
    steps,
    inbox,
    deadLetters: {
      async put(given) {
        if (dead.failing) throw new OperatingError('unavailable', 'away', { retry: 'unknown' });
        letters.push(...given.map((letter) => readDeadLetter(JSON.stringify(letter))));
      },
      follow: () => { throw new Error('not used'); },
      resend: () => { throw new Error('not used'); },
    },
    blobs: memoryBlobStore(),
    clock,
    log: createLog({ service: 'svc', level: 'debug', destination: { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) } }),
    concurrency: options.concurrency ?? 4,
    leaseAfterMs: LEASE_MS,
    abortGraceMs: 5_000,
    full: (isFull) => void full.push(isFull),
    crashed: () => {},
  });
  /** @returns whether the record is handed over for good, as it will become. */
  const take = (given: Command | Uint8Array | null) => {
    const taken = { done: false };
    const value = given === null || given instanceof Uint8Array ? given : Buffer.from(JSON.stringify(given));
    void worker.command({ topic: 'cmd', partition: 0, offset: offset++, timestampMs: T0, key: 'k', headers: {}, value }).then(() => { taken.done = true; });
    return taken;
  };
  const advance = async (ms: number) => {
    clock.advance(ms);
    await settle();
  };
  return { clock, inbox, letters, dead, full, lines, worker, take, advance };
}

describe('an attempt that is quick', () => {
  it('is answered, and only the acknowledged answer lets the offset move', async () => {
    const hand = new HandStep();
    const { inbox, take } = started([hand.step]);
    inbox.hold();
    const taken = take(command(1));
    await settle();
    hand.runs[0]!.finish({ ok: true });
    await settle();
    expect(taken.done).toBe(false);
    inbox.release();
    await settle();
    expect(taken.done).toBe(true);
    expect(inbox.messages).toMatchObject([
      { type: 'result', runId: 'run-1', token: 'token', trace: { traceparent: expect.stringContaining('a'.repeat(32)) }, body: { stepId: 's1', attempt: 1, outcome: 'succeeded', output: { ok: true }, worker: 'host/1', startedMs: T0, endedMs: T0 } },
    ]);
  });

  it('costs no heartbeat, however often the step reports progress', async () => {
    const hand = new HandStep();
    const { inbox, take, advance } = started([hand.step]);
    take(command(1));
    await settle();
    for (let i = 0; i < 9; i++) {
      hand.runs[0]!.ctx.heartbeat({ percent: i });
      await advance(100);
    }
    hand.runs[0]!.finish({});
    await settle();
    await advance(60_000);
    expect(inbox.messages.map(({ type }) => type)).toEqual(['result']);
  });

  it('gets the input, the ids and the key that its command carries', async () => {
    const hand = new HandStep();
    const { take } = started([hand.step]);
    take(command(1, { attempt: 3, key: 'run-1/s1/3' }));
    await settle();
    expect(hand.runs[0]).toMatchObject({ input: { n: 1 }, ctx: { runId: 'run-1', stepId: 's1', workflow: 'flow', attempt: 3, idempotencyKey: 'run-1/s1' } });
  });
});

describe('an attempt that takes longer', () => {
  it('takes its lease after a second, which lets the offset move, then sends a heartbeat every third of the time-out', async () => {
    const hand = new HandStep();
    const { inbox, take, advance } = started([hand.step]);
    const taken = take(command(1));
    await advance(LEASE_MS - 1);
    expect([taken.done, inbox.messages.length]).toEqual([false, 0]);
    await advance(1);
    expect(taken.done).toBe(true);
    expect(inbox.heartbeats).toMatchObject([{ token: 'token', body: { stepId: 's1', attempt: 1, worker: 'host/1', startedMs: T0 } }]);
    for (let i = 0; i < 3; i++) await advance(HEARTBEAT_TIMEOUT_MS / 3);
    expect(inbox.heartbeats.map(({ ts }) => ts - T0)).toEqual([1_000, 11_000, 21_000, 31_000]);
    hand.runs[0]!.finish('done');
    await settle();
    await advance(60_000);
    expect(inbox.heartbeats).toHaveLength(4);
    expect(inbox.results).toMatchObject([{ body: { outcome: 'succeeded', output: 'done', endedMs: T0 + 31_000 } }]);
  });

  it('keeps its offset where it is while the lease is not acknowledged, and goes on trying', async () => {
    const hand = new HandStep();
    const { inbox, take, advance } = started([hand.step]);
    inbox.failing = true;
    const taken = take(command(1));
    await advance(LEASE_MS);
    for (let i = 0; i < 50; i++) await advance(1_000);
    expect(taken.done).toBe(false);
    expect(hand.runs[0]!.ctx.signal.aborted).toBe(false);
    inbox.failing = false;
    await advance(1_000);
    expect(taken.done).toBe(true);
    expect(inbox.heartbeats).toHaveLength(1);
  });

  it('reports progress at most once a second, and the latest wins', async () => {
    const hand = new HandStep();
    const { inbox, take, advance } = started([hand.step]);
    take(command(1));
    await settle();
    for (let ms = 0; ms < 5_000; ms += 100) {
      hand.runs[0]!.ctx.heartbeat({ percent: ms / 100, message: `frame ${ms}` });
      await advance(100);
    }
    expect(inbox.heartbeats.map(({ ts }) => ts - T0)).toEqual([1_000, 2_000, 3_000, 4_000, 5_000]);
    expect(inbox.heartbeats.map(({ body }) => body.progress?.percent)).toEqual([9, 19, 29, 39, 49]);
  });

  it('sends the last progress although nothing follows it', async () => {
    const hand = new HandStep();
    const { inbox, take, advance } = started([hand.step]);
    take(command(1));
    await advance(LEASE_MS);
    hand.runs[0]!.ctx.heartbeat({ percent: 50 });
    await advance(1_000);
    expect(inbox.heartbeats.at(-1)).toMatchObject({ ts: T0 + 2_000, body: { progress: { percent: 50 } } });
  });

  it('never has two heartbeats on their way, and sends what came meanwhile a second later', async () => {
    const hand = new HandStep();
    const { inbox, take, advance } = started([hand.step]);
    take(command(1));
    await advance(LEASE_MS);
    inbox.hold();
    hand.runs[0]!.ctx.heartbeat({ percent: 1 });
    await advance(1_000);
    for (let i = 2; i < 9; i++) {
      hand.runs[0]!.ctx.heartbeat({ percent: i });
      await advance(300);
    }
    inbox.release();
    await settle();
    expect(inbox.heartbeats.map(({ body }) => body.progress?.percent)).toEqual([undefined, 1]);
    await advance(1_000);
    expect(inbox.heartbeats.map(({ body }) => body.progress?.percent)).toEqual([undefined, 1, 8]);
  });

  it('may report what does not fit: it is cut to the contract', async () => {
    const hand = new HandStep();
    const { inbox, take, advance } = started([hand.step]);
    take(command(1));
    await settle();
    hand.runs[0]!.ctx.heartbeat({ percent: 250, message: `a\u001b[31m${'x'.repeat(9_000)}` });
    await advance(LEASE_MS);
    expect(inbox.heartbeats[0]!.body.progress).toMatchObject({ percent: 100, message: expect.stringMatching(/^a \[31mx+/) });
    hand.runs[0]!.ctx.heartbeat({ percent: Number.NaN });
    await advance(1_000);
    expect(inbox.heartbeats[1]!.body.progress).toEqual({});
  });

  it('takes the shorter of its own heartbeat time and the workflow\'s', async () => {
    const hand = new HandStep('by_hand', { heartbeatSeconds: 3 });
    const { inbox, take, advance } = started([hand.step]);
    take(command(1));
    for (let i = 0; i < 4; i++) await advance(1_000);
    expect(inbox.heartbeats.map(({ ts }) => ts - T0)).toEqual([1_000, 2_000, 3_000, 4_000]);
  });

  it('is stopped when its lease is lost: no heartbeat arrived for the whole time-out (F46)', async () => {
    const hand = new HandStep();
    const { inbox, take, advance } = started([hand.step]);
    take(command(1));
    await advance(LEASE_MS);
    inbox.failing = true;
    for (let i = 0; i < 29; i++) await advance(1_000);
    expect(hand.runs[0]!.ctx.signal.aborted).toBe(false);
    await advance(1_000);
    expect(hand.runs[0]!.ctx.signal.reason).toMatchObject({ name: 'AttemptAborted', why: 'lease-lost' });
    inbox.failing = false;
    hand.runs[0]!.finish('too late');
    await advance(10_000);
    expect(inbox.results).toEqual([]);
  });
});

describe('an attempt that is no longer wanted', () => {
  it.each(['cancelled', 'timed-out', 'heartbeat-lost', 'run-ended'] as const)('(%s) has its signal fired and its result dropped', async (why) => {
    const hand = new HandStep();
    const { inbox, take, worker } = started([hand.step]);
    const taken = take(command(1));
    await settle();
    expect(take(abandon(1, why)).done).toBe(false);
    await settle();
    expect(taken.done).toBe(true);
    expect(hand.runs[0]!.ctx.signal.reason).toMatchObject({ why });
    hand.runs[0]!.finish('too late');
    await settle();
    expect(inbox.messages).toEqual([]);
    expect(worker.openAttempts).toBe(0);
  });

  it('is not run again when its command is repeated', async () => {
    const hand = new HandStep();
    const { inbox, take } = started([hand.step]);
    take(command(1));
    await settle();
    take(abandon(1, 'cancelled'));
    await settle();
    const repeated = take(command(1));
    await settle();
    expect(repeated.done).toBe(true);
    expect([hand.runs.length, inbox.messages.length]).toEqual([1, 0]);
  });

  it('is not started at all where it still waits for a place', async () => {
    const hand = new HandStep();
    const { take } = started([hand.step], { concurrency: 1 });
    take(command(1));
    const waiting = take(command(2));
    await settle();
    take(abandon(2, 'cancelled'));
    await settle();
    expect(waiting.done).toBe(true);
    hand.runs[0]!.finish({});
    await settle();
    expect(hand.runs).toHaveLength(1);
  });

  it('whose answer is on its way is not answered any more', async () => {
    const hand = new HandStep();
    const { inbox, take, advance } = started([hand.step]);
    inbox.failing = true;
    const taken = take(command(1));
    await settle();
    hand.runs[0]!.finish({});
    await settle();
    take(abandon(1, 'cancelled'));
    inbox.failing = false;
    await advance(10_000);
    expect([taken.done, inbox.messages.length]).toEqual([true, 0]);
  });

  it('(nobody knows it) is passed over', async () => {
    const { take } = started([new HandStep().step]);
    const taken = take(abandon(7, 'cancelled'));
    await settle();
    expect(taken.done).toBe(true);
  });
});

describe('an attempt whose time is over', () => {
  it('by its command\'s deadline has its signal fired and is not answered: the orchestrator knows by itself', async () => {
    const hand = new HandStep();
    const { inbox, take, advance } = started([hand.step]);
    take(command(1, { deadlineMs: T0 + 500 }));
    await settle();
    await advance(500);
    expect(hand.runs[0]!.ctx.signal.reason).toMatchObject({ why: 'timed-out' });
    hand.runs[0]!.finish({});
    await settle();
    expect(inbox.messages).toEqual([]);
  });

  it('by the step\'s own limit is answered with States.Timeout at once, whether or not the step ends', async () => {
    const hand = new HandStep('by_hand', { timeoutSeconds: 2 });
    const { inbox, take, advance } = started([hand.step]);
    take(command(1));
    await settle();
    await advance(2_000);
    expect(hand.runs[0]!.ctx.signal.aborted).toBe(true);
    expect(inbox.results).toMatchObject([{ body: { outcome: 'failed', error: { name: 'States.Timeout', kind: 'technical', message: expect.stringContaining('2 seconds') } } }]);
    hand.runs[0]!.finish({});
    await settle();
    expect(inbox.results).toHaveLength(1);
  });

  it('and that ignores its signal gives its place away after a while, loudly', async () => {
    const hand = new HandStep();
    const { take, advance, lines } = started([hand.step], { concurrency: 1 });
    take(command(1, { deadlineMs: T0 + 500 }));
    take(command(2));
    await settle();
    await advance(500);
    await advance(4_999);
    expect(hand.runs).toHaveLength(1);
    await advance(1);
    expect(hand.runs).toHaveLength(2);
    expect(lines.filter(({ level }) => level === 'error')).toMatchObject([{ runId: 'run-1', attempt: 1, why: 'timed-out' }]);
  });

  it('before it came is not run', async () => {
    const hand = new HandStep();
    const { take, inbox } = started([hand.step]);
    const taken = take(command(1, { deadlineMs: T0 }));
    await settle();
    expect([taken.done, hand.runs.length, inbox.messages.length]).toEqual([true, 0, 0]);
  });
});

describe('an answer that cannot be sent', () => {
  it('is sent again until it is acknowledged, with the same id', async () => {
    const hand = new HandStep();
    const { inbox, take, advance } = started([hand.step]);
    inbox.failing = true;
    const taken = take(command(1));
    await settle();
    hand.runs[0]!.finish({});
    for (let i = 0; i < 30; i++) await advance(1_000);
    expect(taken.done).toBe(false);
    inbox.failing = false;
    await advance(5_000);
    expect(taken.done).toBe(true);
    expect(inbox.results).toHaveLength(1);
  });

  it('by its deadline is given up, since it counts no longer', async () => {
    const hand = new HandStep();
    const { inbox, take, advance, worker } = started([hand.step]);
    inbox.failing = true;
    const taken = take(command(1, { deadlineMs: T0 + 20_000 }));
    await settle();
    hand.runs[0]!.finish({});
    for (let i = 0; i < 20; i++) await advance(1_000);
    expect([taken.done, worker.openAttempts]).toEqual([true, 0]);
  });
});

describe('attempts at once', () => {
  it('are bounded: a full pool says so, and the next one starts when there is room', async () => {
    const hand = new HandStep();
    const { take, full, advance, inbox } = started([hand.step], { concurrency: 2 });
    take(command(1));
    expect(full).toEqual([]);
    take(command(2));
    const third = take(command(3));
    await settle();
    expect([full, hand.runs.length]).toEqual([[true], 2]);
    // It holds up neither its offset nor a rebalance while it waits.
    await advance(LEASE_MS);
    expect(third.done).toBe(true);
    expect(inbox.heartbeats.find(({ runId }) => runId === 'run-3')?.body.startedMs).toBeUndefined();
    hand.runs[0]!.finish({});
    await settle();
    expect(hand.runs).toHaveLength(3);
    hand.runs[1]!.finish({});
    await settle();
    expect(full).toEqual([true, false]);
  });

  it('are bounded over all steps together', async () => {
    const one = new HandStep('one');
    const two = new HandStep('two');
    const { take } = started([one.step, two.step], { concurrency: 2 });
    for (const [n, step] of ['one', 'two', 'one', 'two'].entries()) take(command(n, { step }));
    await settle();
    expect(one.runs.length + two.runs.length).toBe(2);
  });

  it('of one step may be bounded more, without holding up the others', async () => {
    const heavy = new HandStep('heavy', { concurrency: 1 });
    const light = new HandStep('light');
    const { take, full } = started([heavy.step, light.step], { concurrency: 3 });
    for (const [n, step] of ['heavy', 'heavy', 'light', 'light'].entries()) take(command(n, { step }));
    await settle();
    expect([heavy.runs.length, light.runs.length, full]).toEqual([1, 2, [true]]);
    light.runs[0]!.finish({});
    await settle();
    expect([heavy.runs.length, full]).toEqual([1, [true, false]]);
    heavy.runs[0]!.finish({});
    await settle();
    expect(heavy.runs).toHaveLength(2);
  });
});

describe('a command that comes again', () => {
  it('while its attempt is open does not run twice, and is handed over together with it', async () => {
    const hand = new HandStep();
    const { take, inbox } = started([hand.step]);
    const first = take(command(1));
    await settle();
    const second = take(command(1));
    await settle();
    expect([first.done, second.done]).toEqual([false, false]);
    hand.runs[0]!.finish({});
    await settle();
    expect([first.done, second.done, hand.runs.length, inbox.results.length]).toEqual([true, true, 1, 1]);
  });

  it('after its attempt ended is answered from memory with the same message (F45)', async () => {
    const hand = new HandStep();
    const { take, inbox } = started([hand.step]);
    take(command(1));
    await settle();
    hand.runs[0]!.finish({ once: true });
    await settle();
    const again = take(command(1));
    await settle();
    expect([again.done, hand.runs.length]).toEqual([true, 1]);
    expect(inbox.results[1]).toEqual(inbox.results[0]);
  });

  it('as another attempt runs', async () => {
    const hand = new HandStep();
    const { take } = started([hand.step]);
    take(command(1));
    await settle();
    hand.runs[0]!.finish({});
    await settle();
    take(command(1, { attempt: 2, key: 'run-1/s1/2' }));
    await settle();
    expect(hand.runs).toHaveLength(2);
  });
});

describe('an attempt that fails', () => {
  const failing = async (thrown: unknown) => {
    const hand = new HandStep();
    const { take, inbox, lines } = started([hand.step]);
    take(command(1));
    await settle();
    hand.runs[0]!.fail(thrown);
    await settle();
    return { error: inbox.results[0]!.body.error!, lines, text: JSON.stringify(inbox.messages) };
  };

  it('with a business error says so, under the name of its class, with its details', async () => {
    class FundUnknown extends BusinessError {}
    expect((await failing(new FundUnknown('No such fund', { details: { isin: 'X' } }))).error).toEqual({ name: 'FundUnknown', message: 'No such fund', kind: 'business', details: { isin: 'X' }, step: 'by_hand' });
  });

  it('with findings carries all of them, and as many as fit where they are too many', async () => {
    const finding = { code: 'c', message: 'm', help: 'h', severity: 'error' as const };
    expect((await failing(new BusinessValidationError([finding, finding]))).error.details).toEqual({ findings: [finding, finding] });
    const many = (await failing(new BusinessValidationError(Array.from({ length: 1_000 }, () => ({ ...finding, snippet: 'x'.repeat(500) }))))).error;
    expect(many.message.length).toBeLessThanOrEqual(LIMITS.errorMessageLength);
    const { findings, omittedFindings } = many.details as { findings: unknown[]; omittedFindings: number };
    expect(findings.length + omittedFindings).toBe(1_000);
    expect(findings.length).toBeGreaterThan(50);
  });

  it('with any other error is technical; the stack is in the log and not in the message', async () => {
    const { error, lines, text } = await failing(Object.assign(new TypeError('x is not a function'), { code: 'E_X' }));
    expect(error).toEqual({ name: 'TypeError', message: 'x is not a function', kind: 'technical', details: { code: 'E_X' }, step: 'by_hand' });
    expect(text).not.toContain('worker.test');
    expect(JSON.stringify(lines)).toContain('worker.test');
  });

  it.each([['text', '"text"'], [undefined, 'undefined'], [null, 'null'], [{ a: 1 }, '{\\"a\\":1}']])('with %j thrown is technical all the same', async (thrown, shown) => {
    expect((await failing(thrown)).error).toMatchObject({ name: 'Error', kind: 'technical', message: `by_hand threw ${shown.replaceAll('\\"', '"')}, which is not an Error` });
  });

  it('with a message without end or with a secret is cut and cleaned', async () => {
    const { error } = await failing(new Error(`redis://user:hunter2@host\n\u001b[31m${'x'.repeat(100_000)}`));
    expect(error.message.length).toBeLessThanOrEqual(LIMITS.errorMessageLength);
    expect(error.message).not.toContain('hunter2');
    expect(error.message).not.toContain('\u001b');
  });

  it('because its input does not fit is a business error that names the field', async () => {
    const step = defineStep({ name: 'by_hand', input: z.object({ n: z.string() }), output: z.any(), run: () => ({}) });
    const { take, inbox } = started([step]);
    take(command(1));
    await settle();
    expect(inbox.results[0]!.body.error).toMatchObject({ name: 'InvalidStepInput', kind: 'business', details: { findings: [{ field: '/n' }] } });
  });

  it('because its output is too large says the limit and the way out', async () => {
    const hand = new HandStep();
    const { take, inbox } = started([hand.step]);
    take(command(1));
    await settle();
    hand.runs[0]!.finish('x'.repeat(LIMITS.payloadBytes));
    await settle();
    expect(inbox.results[0]!.body.error).toMatchObject({ name: 'States.DataLimitExceeded', kind: 'technical', message: expect.stringMatching(/payload_too_large.*262144.*ctx\.blob\.put/), details: { code: 'payload_too_large', limitBytes: LIMITS.payloadBytes } });
  });
});

describe('a command that cannot be run', () => {
  it('because the service has no such step fails, and names what it has', async () => {
    const { take, inbox } = started([new HandStep().step]);
    const taken = take(command(1, { step: 'newer' }));
    await settle();
    expect(taken.done).toBe(true);
    expect(inbox.results[0]!.body.error).toMatchObject({ name: 'Baton.UnknownStep', kind: 'technical', message: expect.stringMatching(/no step newer.*it has by_hand/) });
  });

  it.each([
    ['no value', null, 'invalid_json'],
    ['raw bytes', Uint8Array.of(0xff, 0x00), 'invalid_json'],
    ['an unknown version', Buffer.from(JSON.stringify({ ...command(1), v: 9 })), 'unknown_version'],
    ['another shape', Buffer.from(JSON.stringify({ ...command(1), token: 5 })), 'schema'],
    ['another service\'s name', Buffer.from(JSON.stringify(command(1, { service: 'other' }))), 'schema'],
    ['a forbidden key', Buffer.from(`{"v":1,"input":{"__proto__":1}}`), 'forbidden_key'],
  ])('because it is poisoned (%s) becomes a dead letter, and the next one runs', async (_, value, reason) => {
    const hand = new HandStep();
    const { take, letters, inbox } = started([hand.step]);
    const poisoned = take(value);
    take(command(2));
    await settle();
    expect(poisoned.done).toBe(true);
    expect(letters).toMatchObject([{ topic: 'cmd', partition: 0, offset: 0, reason, foundBy: 'svc', value: value === null ? null : Buffer.from(value).toString('base64') }]);
    expect(letters[0]!.detail).not.toBe('');
    expect([hand.runs.length, inbox.messages.length]).toEqual([1, 0]);
  });

  it('keeps its offset until the dead letter is acknowledged', async () => {
    const { take, letters, dead, advance } = started([new HandStep().step]);
    dead.failing = true;
    const poisoned = take(null);
    for (let i = 0; i < 20; i++) await advance(1_000);
    expect(poisoned.done).toBe(false);
    dead.failing = false;
    await advance(5_000);
    expect([poisoned.done, letters.length]).toEqual([true, 1]);
  });
});

describe('a worker that drains', () => {
  it('hands back what waits, lets what runs go on, and hands back the rest in the end', async () => {
    const hand = new HandStep();
    const { take, inbox, worker, advance } = started([hand.step], { concurrency: 2 });
    const taken = [take(command(1)), take(command(2)), take(command(3))];
    await settle();
    worker.drain();
    await settle();
    expect(inbox.results).toMatchObject([{ runId: 'run-3', body: { outcome: 'released' } }]);
    expect(inbox.results[0]!.body).not.toHaveProperty('error');
    hand.runs[0]!.finish({});
    await settle();
    expect(hand.runs[1]!.ctx.signal.aborted).toBe(false);
    const released = worker.releaseAll(2_000);
    await settle();
    expect(hand.runs[1]!.ctx.signal.reason).toMatchObject({ why: 'draining' });
    expect(inbox.results).toHaveLength(2);
    await advance(2_000);
    await released;
    expect(inbox.results.map(({ runId, body }) => [runId, body.outcome])).toEqual([['run-3', 'released'], ['run-1', 'succeeded'], ['run-2', 'released']]);
    expect(taken.every(({ done }) => done)).toBe(true);
  });

  it('does not wait for a step that ends on its signal', async () => {
    const hand = new HandStep();
    const { take, inbox, worker } = started([hand.step]);
    take(command(1));
    await settle();
    const released = worker.releaseAll(2_000);
    hand.runs[0]!.fail(new Error('stopped'));
    await released;
    expect(inbox.results).toMatchObject([{ body: { outcome: 'released' } }]);
  });

  it('hands back at once what still comes', async () => {
    const hand = new HandStep();
    const { take, inbox, worker } = started([hand.step]);
    worker.drain();
    take(command(1));
    await settle();
    expect(inbox.results).toMatchObject([{ body: { outcome: 'released' } }]);
    expect(hand.runs).toHaveLength(0);
  });
});
