import { OperatingError, readDeadLetter, topicNames } from '@baton/contracts';
import type { DeadLetters, InboxSource, LogRecord } from '@baton/ports';
import { eventually, gate } from './eventually.ts';
import { runner } from './runner.ts';
import { sampleLetter, textOf } from './samples.ts';

export interface OpenedDeadLetters {
  readonly namespace: string;
  readonly deadLetters: DeadLetters;
  /** Of the same namespace: where replayed records arrive. */
  readonly inbox: InboxSource;
  close(): Promise<void>;
}

/** What every DeadLetters must do. */
export function deadLettersSuite(name: string, open: () => Promise<OpenedDeadLetters>): void {
  const { describe, it, expect, beforeEach, afterEach } = runner();

  describe(`DeadLetters: ${name}`, () => {
    let opened: OpenedDeadLetters;
    let letters: DeadLetters;
    let stops: (() => Promise<void>)[];
    beforeEach(async () => {
      opened = await open();
      letters = opened.deadLetters;
      stops = [];
    });
    afterEach(async () => {
      for (const stop of stops) await stop();
      await opened.close();
    });
    async function follow(from: number, seen?: (records: readonly LogRecord[]) => Promise<void>) {
      const records: LogRecord[] = [];
      const following = await letters.follow(from, async (chunk) => {
        records.push(...chunk);
        await seen?.(chunk);
      });
      stops.push(() => following.stop());
      return { records, offsets: () => records.map(({ value }) => readDeadLetter(value!).offset) };
    }
    const letter = (offset: number) => sampleLetter(topicNames(opened.namespace).inbox, offset);

    it('shows every letter in order, unchanged, and goes on with what comes', async () => {
      await letters.put([letter(1), letter(2)]);
      const { records, offsets } = await follow(0);
      await eventually('the first two have come', () => records.length === 2);
      await letters.put([letter(3)]);
      await eventually('the third has come', () => records.length === 3);
      expect(offsets()).toEqual([1, 2, 3]);
      expect(readDeadLetter(records[0]!.value!)).toEqual(letter(1));
    });

    it('begins at the offset that was asked for', async () => {
      await letters.put([letter(1), letter(2), letter(3)]);
      const { offsets } = await follow(2);
      await eventually('the third has come', () => offsets().length > 0);
      expect(offsets()).toEqual([3]);
    });

    it('shows nothing further until the last chunk was taken in', async () => {
      const held = gate();
      const { offsets } = await follow(0, () => held.passed);
      await letters.put([letter(1)]);
      await eventually('the first has come', () => offsets().length === 1);
      await letters.put([letter(2)]);
      const other = await follow(0);
      await eventually('another follower has both', () => other.offsets().length === 2);
      expect(offsets()).toEqual([1]);
      held.open();
      await eventually('the second has come', () => offsets().length === 2);
    });

    it('sends a record back to the partition it came from: key, bytes and headers as given', async () => {
      const batches: LogRecord[] = [];
      const subscription = await opened.inbox.subscribe({ assigned() {}, records: async ({ records }) => void batches.push(...records), crashed() {} });
      stops.push(() => subscription.stop());
      const value = new Uint8Array([0, 255, 1, 254]);
      await letters.resend({ topic: topicNames(opened.namespace).inbox, partition: 1, key: 'k', value, headers: { h: 'ü' } });
      await letters.resend({ topic: topicNames(opened.namespace).inbox, partition: 1, key: null, value: null, headers: {} });
      await eventually('both have come', () => batches.length === 2);
      const [first, second] = batches;
      expect({ partition: first!.partition, key: first!.key, value: [...first!.value!], headers: first!.headers }).toEqual({ partition: 1, key: 'k', value: [0, 255, 1, 254], headers: { h: 'ü' } });
      expect({ key: second!.key, value: textOf(second!.value) }).toEqual({ key: null, value: null });
    });

    it.each(['history', 'lifecycle', 'deadLetters'] as const)('refuses to send a record back to %s, which is not for replays', async (topic) => {
      await expect(letters.resend({ topic: topicNames(opened.namespace)[topic], partition: 0, key: 'k', value: null, headers: {} })).rejects.toThrow(OperatingError);
    });

    it('refuses to send a record to a topic of another namespace, or to none of ours', async () => {
      for (const topic of [topicNames('other').inbox, 'payments', `${topicNames(opened.namespace).inbox}x`]) {
        await expect(letters.resend({ topic, partition: 0, key: 'k', value: null, headers: {} })).rejects.toMatchObject({ name: 'OperatingError', retry: 'no' });
      }
    });
  });
}
