/** Writes records that need no place in a batch of their own: split, grouped, acknowledged all together. */
import { LIMITS } from '@baton/contracts';
import type { BatchingProducer } from './batching-producer.ts';
import { asStretches, type OutgoingRecord } from './outgoing.ts';

export interface Writer {
  /** Resolves when everything is acknowledged. @throws OperatingError of the first part that failed, once all are settled. */
  write(records: readonly OutgoingRecord[]): Promise<void>;
}

export function createWriter(producer: BatchingProducer, maxBytesOf: (topic: string) => number = () => LIMITS.recordBytes): Writer {
  return {
    async write(records) {
      if (records.length === 0) return;
      const stretches = asStretches(records, maxBytesOf);
      if (stretches.length === 1) return void (await producer.send(stretches[0]!));
      // All are waited for: a caller that tries again must not race with what is still on its way.
      const settled = await Promise.allSettled(stretches.map((stretch) => producer.send(stretch)));
      const failed = settled.find((one) => one.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
  };
}
