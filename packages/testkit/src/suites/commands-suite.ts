import { partitionOf, readCommand, topicNames } from '@baton/contracts';
import type { CommandBus, CommandHandler, CommandSource, CommandSubscription } from '@baton/ports';
import { eventually, gate } from './eventually.ts';
import { runner } from './runner.ts';
import { runIdOn, sampleAbandon, sampleCommand } from './samples.ts';

export interface CommandsConnection {
  readonly bus: CommandBus;
  readonly source: CommandSource;
  /** The process dies: nothing is settled or written. Its place in the group is free at once or after the broker's time-out. */
  crash(): Promise<void>;
}

export interface OpenedCommands {
  readonly namespace: string;
  /** Of each command topic, at least two. */
  readonly partitions: number;
  /** Command topics of these exist. */
  readonly services: readonly [string, string];
  /** A further process. */
  connect(): Promise<CommandsConnection>;
  close(): Promise<void>;
}

/** What every CommandBus and CommandSource must do together. */
export function commandsSuite(name: string, open: () => Promise<OpenedCommands>): void {
  const { describe, it, expect, beforeEach, afterEach } = runner();

  describe(`Commands: ${name}`, () => {
    let opened: OpenedCommands;
    let connection: CommandsConnection;
    let service: string;
    let other: string;
    let subscriptions: Taken[];
    beforeEach(async () => {
      opened = await open();
      connection = await opened.connect();
      [service, other] = opened.services;
      subscriptions = [];
    });
    afterEach(async () => {
      for (const subscription of subscriptions) await subscription.end();
      await opened.close();
    });
    const subscribe = async (source: CommandSource, handle?: CommandHandler['command'], of = service): Promise<Taken> => {
      const taken = await Taken.subscribe(source, of, handle);
      subscriptions.push(taken);
      return taken;
    };
    const publish = (...commands: ReturnType<typeof sampleCommand>[]) => connection.bus.publish({ commands, events: [] });
    const run = (partition: number, n = 0) => runIdOn(partition, opened.partitions, n);

    it('brings a command to its service, unchanged, under the key of its run', async () => {
      const command = sampleCommand(run(1), service);
      await publish(command);
      const taken = await subscribe(connection.source);
      await eventually('the command has come', () => taken.records.length === 1);
      const record = taken.records[0]!;
      expect(readCommand(record.value!)).toEqual(command);
      expect(record.key).toBe(command.runId);
      expect(record.topic).toBe(topicNames(opened.namespace).command(service));
      expect(record.partition).toBe(partitionOf(command.runId, opened.partitions));
    });

    it('puts the trace of a command into the headers, for whoever reads without the schema', async () => {
      const command = sampleCommand(run(0), service);
      await publish(command);
      const taken = await subscribe(connection.source);
      await eventually('the command has come', () => taken.records.length === 1);
      expect(taken.records[0]!.headers['traceparent']).toBe(command.trace!.traceparent);
    });

    it('brings an abandonment after the command it belongs to', async () => {
      await connection.bus.publish({ commands: [sampleCommand(run(0), service), sampleAbandon(run(0), service)], events: [] });
      const taken = await subscribe(connection.source);
      await eventually('both have come', () => taken.records.length === 2);
      expect(taken.records.map(({ value }) => readCommand(value!).t)).toEqual(['run-step', 'abandon-step']);
    });

    it('keeps the services apart', async () => {
      await publish(sampleCommand(run(0), service), sampleCommand(run(0, 1), other));
      const mine = await subscribe(connection.source);
      const theirs = await subscribe(connection.source, undefined, other);
      await eventually('each has its own', () => mine.records.length === 1 && theirs.records.length === 1);
      expect(mine.keys()).toEqual([run(0)]);
      expect(theirs.keys()).toEqual([run(0, 1)]);
    });

    it('hands records of a partition over in order, without waiting for the one before', async () => {
      const first = gate();
      const taken = await subscribe(connection.source, async (record) => {
        if (readCommand(record.value!).attempt === 1) await first.passed;
      });
      await publish(...[1, 2, 3].map((attempt) => sampleCommand(run(0), service, attempt)));
      await eventually('all three are handed over', () => taken.records.length === 3);
      expect(taken.records.map(({ value }) => readCommand(value!).attempt)).toEqual([1, 2, 3]);
      first.open();
    });

    it('shares the partitions among processes: each command goes to one of them', async () => {
      const one = await subscribe(connection.source);
      const two = await subscribe((await opened.connect()).source);
      // Until both have a share, commands keep coming on every partition.
      let n = 0;
      await eventually('both get commands', async () => {
        await publish(...Array.from({ length: opened.partitions }, (_, p) => sampleCommand(run(p), service, ++n)));
        return one.records.length > 0 && two.records.length > 0;
      });
      await eventually('all have come', () => new Set([...one.attempts(), ...two.attempts()]).size === n);
    });

    it('does not hand over again what was settled before the subscription stopped', async () => {
      await publish(...[1, 2, 3].map((attempt) => sampleCommand(run(0), service, attempt)));
      const first = await subscribe(connection.source);
      await eventually('all three have come', () => first.records.length === 3);
      await first.end();
      await publish(sampleCommand(run(0), service, 4));
      const second = await subscribe((await opened.connect()).source);
      await eventually('the fourth has come', () => second.attempts().includes(4));
      expect(second.attempts()).toEqual([4]);
    });

    it('hands over again what was not settled when the process died, and what lies behind it (F45)', async () => {
      await publish(...[1, 2, 3].map((attempt) => sampleCommand(run(0), service, attempt)));
      const dying = await opened.connect();
      const held = gate();
      const first = await subscribe(dying.source, async (record) => {
        if (readCommand(record.value!).attempt === 2) await held.passed;
      });
      await eventually('all three are handed over', () => first.records.length === 3);
      await dying.crash();
      first.gone();
      const second = await subscribe(connection.source);
      await eventually('the unsettled one has come again', () => second.attempts().includes(2) && second.attempts().includes(3), 60_000);
      held.open();
    }, 180_000);

    it('hands over nothing while paused, and the rest after it resumed', async () => {
      const taken = await subscribe(connection.source);
      await publish(sampleCommand(run(0), service, 1));
      await eventually('the first has come', () => taken.records.length === 1);
      taken.subscription.pause();
      await publish(sampleCommand(run(0), service, 2), sampleCommand(run(1), service, 3));
      // A round trip on the same bus: had the paused ones been handed over, they would be here by now.
      const elsewhere = await subscribe(connection.source, undefined, other);
      await publish(sampleCommand(run(0), other, 4));
      await eventually('the other service has its own', () => elsewhere.records.length === 1);
      expect(taken.attempts()).toEqual([1]);
      taken.subscription.resume();
      await eventually('the rest has come', () => taken.records.length === 3);
    });

    it('waits for what was handed over before it stops', async () => {
      const held = gate();
      const taken = await subscribe(connection.source, () => held.passed);
      await publish(sampleCommand(run(0), service, 1));
      await eventually('it is handed over', () => taken.records.length === 1);
      let stopped = false;
      const stopping = taken.end().then(() => void (stopped = true));
      await publish(sampleCommand(run(0), other, 2));
      const elsewhere = await subscribe(connection.source, undefined, other);
      await eventually('a round trip is over', () => elsewhere.records.length === 1);
      expect(stopped).toBe(false);
      held.open();
      await stopping;
      const second = await subscribe((await opened.connect()).source);
      await publish(sampleCommand(run(0), service, 3));
      await eventually('the next has come', () => second.attempts().includes(3));
      expect(second.attempts()).toEqual([3]);
    });
  });
}

type Record = Parameters<CommandHandler['command']>[0];

class Taken {
  readonly records: Record[] = [];
  readonly crashes: Error[] = [];
  subscription!: CommandSubscription;
  #ended: Promise<void> | undefined;

  static async subscribe(source: CommandSource, service: string, handle?: CommandHandler['command']): Promise<Taken> {
    const taken = new Taken();
    taken.subscription = await source.subscribe(service, {
      async command(record) {
        taken.records.push(record);
        await handle?.(record);
      },
      crashed: (error) => void taken.crashes.push(error),
    });
    return taken;
  }

  keys = (): (string | null)[] => this.records.map(({ key }) => key);
  attempts = (): number[] => this.records.map(({ value }) => readCommand(value!).attempt);

  end(): Promise<void> {
    return (this.#ended ??= this.subscription.stop());
  }

  /** Its process has died: there is nothing to stop. */
  gone(): void {
    this.#ended = Promise.resolve();
  }
}
