import { describe, expect, it } from '@jest/globals';
import { BatchingProducer, type BatchingOptions } from './batching-producer.ts';
import { asOneStretch, type Stretch } from './outgoing.ts';
import type { Sender } from './sender.ts';

/** A sender whose answers the test gives. */
class HeldSender implements Sender {
  readonly requests: { readonly values: string[]; readonly topics: string[]; answer(): void; fail(error: Error): void }[] = [];
  dropped = false;
  next = 0;

  send(stretches: readonly Stretch[]): Promise<readonly number[]> {
    return new Promise((resolve, reject) => {
      this.requests.push({
        values: stretches.flatMap(({ messages }) => messages.map(({ value }) => String(value))),
        topics: [...new Set(stretches.map(({ topic }) => topic))],
        answer: () => resolve(stretches.map(({ messages }) => (this.next += messages.length) - messages.length)),
        fail: reject,
      });
    });
  }
  drop(): void {
    this.dropped = true;
  }
  async close(): Promise<void> {}
}

const LIMITS = { requestBytes: 1_000_000, partitionRecords: 1_000, partitionBytes: () => 1_000_000 };

function setUp(options: Partial<BatchingOptions> = {}) {
  const senders: HeldSender[] = [];
  const producer = new BatchingProducer({
    name: 'test',
    open: async () => {
      senders.push(new HeldSender());
      return senders.at(-1)!;
    },
    limits: LIMITS,
    queueBytes: 1_000_000,
    waitMs: 5_000,
    log: () => undefined,
    ...options,
  });
  const send = (value: string, partition = 0, topic = 'a') => producer.send(asOneStretch(topic, partition, [{ key: null, value }], 1_000_000));
  return { senders, producer, send };
}

async function turns(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

describe('a batching producer', () => {
  it('sends what came in one turn as one request, in order', async () => {
    const { senders, send } = setUp();
    const sent = [send('1'), send('2', 1), send('3', 0, 'b')];
    await turns();
    expect(senders[0]!.requests.map(({ values }) => values)).toEqual([['1', '2', '3']]);
    senders[0]!.requests[0]!.answer();
    expect(await Promise.all(sent)).toEqual([0, 1, 2]);
  });

  it('keeps one request in flight; what comes meanwhile is the next', async () => {
    const { senders, send } = setUp();
    const first = send('1');
    await turns();
    const rest = [send('2'), send('3')];
    await turns();
    expect(senders[0]!.requests).toHaveLength(1);
    senders[0]!.requests[0]!.answer();
    await first;
    await turns();
    expect(senders[0]!.requests[1]!.values).toEqual(['2', '3']);
    senders[0]!.requests[1]!.answer();
    await Promise.all(rest);
  });

  it('tells everybody when a request failed: unknown for what was in it, yes for what was behind', async () => {
    const { senders, send } = setUp();
    const inFlight = [send('1'), send('2')];
    const outcomes = inFlight.map((one) => one.catch((error: unknown) => error));
    await turns();
    const behind = send('3').catch((error: unknown) => error);
    senders[0]!.requests[0]!.fail(new Error('connection lost'));
    for (const outcome of outcomes) expect(await outcome).toMatchObject({ name: 'OperatingError', code: 'unavailable', retry: 'unknown' });
    expect(await behind).toMatchObject({ retry: 'yes' });
    expect(senders[0]!.dropped).toBe(true);
  });

  it('uses a fresh producer after a failure', async () => {
    const { senders, send } = setUp();
    const failed = send('1').catch(() => undefined);
    await turns();
    senders[0]!.requests[0]!.fail(new Error('x'));
    await failed;
    const second = send('2');
    await turns();
    expect(senders).toHaveLength(2);
    expect(senders[0]!.requests).toHaveLength(1);
    senders[1]!.requests[0]!.answer();
    expect(await second).toBe(0);
  });

  it('writes topics apart for a while after a request to several of them failed', async () => {
    const { senders, send } = setUp();
    const failed = [send('1'), send('2', 0, 'b')].map((one) => one.catch(() => undefined));
    await turns();
    senders[0]!.requests[0]!.fail(new Error('one of them cannot be written'));
    await Promise.all(failed);
    const rest = [send('3'), send('4', 1), send('5', 0, 'b')];
    await turns();
    expect(senders[1]!.requests[0]!.topics).toEqual(['a']);
    senders[1]!.requests[0]!.answer();
    await turns();
    expect(senders[1]!.requests[1]!.topics).toEqual(['b']);
    senders[1]!.requests[1]!.answer();
    await Promise.all(rest);
  });

  it('refuses more than may wait', async () => {
    const { senders, send } = setUp({ queueBytes: 2_000 });
    const first = send('x'.repeat(1_000));
    await expect(send('y'.repeat(1_000))).rejects.toMatchObject({ code: 'unavailable', retry: 'yes' });
    await turns();
    senders[0]!.requests[0]!.answer();
    await first;
  });

  it('gives up what could not be sent within its deadline, surely unsent', async () => {
    const { send, producer } = setUp({ waitMs: 1, open: () => Promise.reject(new Error('connect ECONNREFUSED')) });
    await expect(send('1')).rejects.toMatchObject({ code: 'unavailable', retry: 'yes', message: expect.stringContaining('ECONNREFUSED') });
    await producer.close();
  });

  it('sends what waits before it closes, and nothing after', async () => {
    const { senders, send, producer } = setUp();
    const sent = send('1');
    const closing = producer.close();
    await turns();
    senders[0]!.requests[0]!.answer();
    await sent;
    await closing;
    await expect(send('2')).rejects.toMatchObject({ retry: 'no' });
  });
});
