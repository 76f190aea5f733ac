import { OperatingError } from '@baton/contracts';
import type { HistoryLog, LogRecord } from '@baton/ports';
import { eventually } from './eventually.ts';
import { runner } from './runner.ts';
import { textOf } from './samples.ts';

export interface OpenedHistoryLog {
  /** Empty, with at least two partitions. */
  readonly log: HistoryLog;
  /** Makes the partition begin at `before`, as retention does; absent where that cannot be provoked. */
  trim?(partition: number, before: number): Promise<void>;
  close(): Promise<void>;
}

/** What every HistoryLog must do. `open` gives a fresh, empty log for each test. */
export function historyLogSuite(name: string, open: () => Promise<OpenedHistoryLog>): void {
  const { describe, it, expect, beforeEach, afterEach } = runner();

  describe(`HistoryLog: ${name}`, () => {
    let opened: OpenedHistoryLog;
    let log: HistoryLog;
    beforeEach(async () => {
      opened = await open();
      log = opened.log;
    });
    afterEach(() => opened.close());

    it('is empty at first', async () => {
      expect(await log.bounds(0)).toEqual({ first: 0, next: 0 });
    });

    it('answers the offset of the first record of each append, without holes', async () => {
      expect(await log.append(0, records('a', 'b', 'c'))).toEqual({ baseOffset: 0 });
      expect(await log.append(0, records('d'))).toEqual({ baseOffset: 3 });
      expect(await log.append(0, records('e', 'f'))).toEqual({ baseOffset: 4 });
      expect(await log.bounds(0)).toEqual({ first: 0, next: 6 });
    });

    it('counts offsets for each partition alone', async () => {
      await log.append(0, records('a', 'b'));
      expect(await log.append(1, records('c'))).toEqual({ baseOffset: 0 });
      expect(await texts(log, 1, 0, 0)).toEqual(['c']);
    });

    it('reads back exactly what was appended: key, bytes, offset, partition and a time', async () => {
      const before = Date.now() - 1;
      await log.append(1, [{ key: '#claim', value: '{"t":"Zürich \\u0000 “x”"}' }]);
      const [record] = await read(log, 1, 0, 0);
      expect({ ...record, value: textOf(record!.value), timestampMs: 0 }).toEqual({ partition: 1, offset: 0, key: '#claim', value: '{"t":"Zürich \\u0000 “x”"}', headers: {}, timestampMs: 0 });
      expect(record!.timestampMs).toBeGreaterThan(before - 60_000);
    });

    it('reads a range including both ends', async () => {
      await log.append(0, records('a', 'b', 'c', 'd', 'e'));
      expect(await texts(log, 0, 1, 3)).toEqual(['b', 'c', 'd']);
      expect(await texts(log, 0, 4, 4)).toEqual(['e']);
    });

    it('reads nothing where the range is empty', async () => {
      await log.append(0, records('a'));
      expect(await texts(log, 0, 1, 0)).toEqual([]);
    });

    it('reads a long range in order and whole, across chunks and appends', async () => {
      const value = (n: number) => `${n}:${'x'.repeat(1_000)}`;
      for (let i = 0; i < 3_000; i += 100) await log.append(0, records(...Array.from({ length: 100 }, (_, j) => value(i + j))));
      const found = await texts(log, 0, 0, 2_999);
      expect(found).toEqual(Array.from({ length: 3_000 }, (_, n) => value(n)));
    });

    it('waits at the end until the record that was asked for is there', async () => {
      await log.append(0, records('a'));
      const seen: string[] = [];
      const reading = (async () => {
        for await (const chunk of log.read(0, { from: 0, to: 1 })) seen.push(...chunk.map(({ value }) => textOf(value)!));
      })();
      await eventually('the first record is read', () => seen.length === 1);
      await log.append(0, records('b', 'c'));
      await reading;
      expect(seen).toEqual(['a', 'b']);
    });

    it('reads two partitions at once', async () => {
      await log.append(0, records('a', 'b'));
      await log.append(1, records('c', 'd'));
      expect(await Promise.all([texts(log, 0, 0, 1), texts(log, 1, 0, 1)])).toEqual([
        ['a', 'b'],
        ['c', 'd'],
      ]);
    });

    it('reads again after a reader broke off', async () => {
      await log.append(0, records('a', 'b', 'c'));
      for await (const chunk of log.read(0, { from: 0, to: 9 })) if (chunk.length > 0) break;
      expect(await texts(log, 0, 0, 2)).toEqual(['a', 'b', 'c']);
    });

    it('says so where the range is no longer kept', async () => {
      await log.append(0, records('a', 'b', 'c', 'd'));
      if (opened.trim === undefined) return;
      await opened.trim(0, 2);
      await eventually('the log begins later', async () => (await log.bounds(0)).first === 2);
      await expect(texts(log, 0, 0, 3)).rejects.toThrow(OperatingError);
      expect(await texts(log, 0, 2, 3)).toEqual(['c', 'd']);
    });
  });
}

const records = (...values: string[]) => values.map((value) => ({ key: 'run', value }));

async function read(log: HistoryLog, partition: number, from: number, to: number): Promise<LogRecord[]> {
  const found: LogRecord[] = [];
  for await (const chunk of log.read(partition, { from, to })) found.push(...chunk);
  return found;
}

const texts = async (log: HistoryLog, partition: number, from: number, to: number) => (await read(log, partition, from, to)).map(({ value }) => textOf(value));
