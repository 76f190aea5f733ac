import type { LogRecord, RequestSender, RequestSource } from '@baton/ports';
import { eventually, gate } from './eventually.ts';
import { runner } from './runner.ts';
import { textOf } from './samples.ts';

export interface RequestsConnection {
  readonly sender: RequestSender;
  readonly source: RequestSource;
  /** The process dies. */
  crash(): Promise<void>;
}

export interface OpenedRequests {
  /** A further process. */
  connect(): Promise<RequestsConnection>;
  close(): Promise<void>;
}

/** What every RequestSender and RequestSource must do together. */
export function requestsSuite(name: string, open: () => Promise<OpenedRequests>): void {
  const { describe, it, expect, beforeEach, afterEach } = runner();

  describe(`Requests: ${name}`, () => {
    let opened: OpenedRequests;
    let connection: RequestsConnection;
    let stops: (() => Promise<void>)[];
    beforeEach(async () => {
      opened = await open();
      connection = await opened.connect();
      stops = [];
    });
    afterEach(async () => {
      for (const stop of stops) await stop();
      await opened.close();
    });
    async function subscribe(source: RequestSource, handle?: (record: LogRecord) => Promise<void>) {
      const records: LogRecord[] = [];
      const subscription = await source.subscribe({
        async handle(record) {
          records.push(record);
          await handle?.(record);
        },
        crashed: (error) => {
          throw error;
        },
      });
      let stopped: Promise<void> | undefined;
      const once = () => (stopped ??= subscription.stop());
      stops.push(once);
      return { records, stop: once, gone: () => void (stopped = Promise.resolve()), values: () => records.map(({ value }) => textOf(value)) };
    }
    const publish = (value: string | null, key = 'same') => connection.sender.publish({ key, value, headers: { ce_type: 'x', 'content-type': 'application/json' } });

    it('brings key, value and headers as they were published', async () => {
      await publish('{"a":"Zürich"}', 'urn:source\n1');
      const { records } = await subscribe(connection.source);
      await eventually('the request has come', () => records.length === 1);
      const { key, value, headers } = records[0]!;
      expect({ key, value: textOf(value), headers }).toEqual({ key: 'urn:source\n1', value: '{"a":"Zürich"}', headers: { ce_type: 'x', 'content-type': 'application/json' } });
    });

    it('brings a record without a value', async () => {
      await publish(null);
      const { records } = await subscribe(connection.source);
      await eventually('the request has come', () => records.length === 1);
      expect(records[0]!.value).toBeNull();
    });

    it('handles records of one key one after the other, in order', async () => {
      const held = gate();
      const { values } = await subscribe(connection.source, async (record) => {
        if (textOf(record.value) === '1') await held.passed;
      });
      for (const value of ['1', '2', '3']) await publish(value);
      await eventually('the first has come', () => values().length === 1);
      expect(values()).toEqual(['1']);
      held.open();
      await eventually('all have come', () => values().length === 3);
      expect(values()).toEqual(['1', '2', '3']);
    });

    it('hands a record that was rejected over again before any that lies behind it', async () => {
      let failures = 2;
      const { values } = await subscribe(connection.source, async () => {
        if (failures-- > 0) throw new Error('something outside is away');
      });
      for (const value of ['1', '2']) await publish(value);
      await eventually('both are handled', () => values().at(-1) === '2');
      expect(values()).toEqual(['1', '1', '1', '2']);
    });

    it('goes on behind what was handled when the subscription stopped', async () => {
      const first = await subscribe(connection.source);
      await publish('1');
      await eventually('the first has come', () => first.values().length === 1);
      await first.stop();
      await publish('2');
      const second = await subscribe((await opened.connect()).source);
      await eventually('the second has come', () => second.values().includes('2'));
      expect(second.values()).toEqual(['2']);
    });

    it('hands over again what was being handled when the process died', async () => {
      const dying = await opened.connect();
      const held = gate();
      const first = await subscribe(dying.source, () => held.passed);
      await publish('1');
      await eventually('it has come', () => first.values().length === 1);
      await dying.crash();
      first.gone();
      const second = await subscribe(connection.source);
      await eventually('it has come again', () => second.values().includes('1'), 60_000);
      held.open();
    }, 180_000);
  });
}
