/** What an operator says to a partition that has stopped as diverged. Each gives something up, so each has to be confirmed. */
import { randomUUID } from 'node:crypto';
import { connectKafka, connectTopicReader, type KafkaPorts } from '@baton/adapter-kafka';
import { topicNames } from '@baton/contracts';
import { acceptInbox, consumedInbox, forgetRuns, type Mending } from '@baton/runtime';
import { Option, type Command } from 'commander';
import { usage } from '../failure.ts';
import { kafkaOf } from '../kafka.ts';
import type { Session } from '../session.ts';
import { wholeNumber } from './runs.ts';

interface Options {
  readonly partition: number;
  readonly from?: number;
  readonly yes?: boolean;
}

interface Found {
  readonly mending: Mending;
  readonly history: { readonly first: number; readonly next: number };
  readonly inbox: { readonly first: number; readonly next: number };
  /** The inbox offset up to which the history has consumed, as its newest records say; undefined where they say nothing. */
  readonly consumed: number | undefined;
  /**
   * Offset of the next message by the group's own account, which is a hint and no more: what lies before it and behind `consumed`
   * has changed nothing. Undefined where the group has none, and where it is of an inbox that an operator has given up since.
   */
  readonly told: number | undefined;
}

export function addMend(program: Command, session: (command: Command) => Session): void {
  const mend = program
    .command('mend')
    .summary('let a partition that has stopped as diverged go on')
    .description('Say to a partition that has stopped as diverged how it goes on. Each gives something up: restore a backup first where there is one. Writes to the history, so it needs BATON_KAFKA_BROKERS and the rights of an orchestrator; the partition goes on within 15 seconds.');
  const sub = (name: string, summary: string, description: string): Command =>
    mend
      .command(name)
      .summary(summary)
      .description(description)
      .addOption(new Option('--partition <number>', 'the partition that has stopped').argParser(wholeNumber('--partition')).makeOptionMandatory())
      .option('--yes', 'do it; without it, what would be done is shown');

  sub('inbox', 'go on from what the inbox holds', 'The inbox was cut or made again, and what the history has consumed does not fit to it. The partition goes on from the first record that the inbox holds; records that are gone are lost, and their senders repeat them with the same idempotency key.')
    .option('--from <offset>', 'go on from this offset instead of the first that is there', wholeNumber('--from'))
    .action(async ({ partition, from, yes }: Options, command: Command) => {
      const called = session(command);
      await withPartition(called, partition, async ({ mending, inbox, consumed, told }) => {
        const holds = `the inbox holds ${inbox.first} to ${inbox.next - 1}`;
        // The view, which is not asked here, may know what the group was told; the lane goes by that then.
        const known = consumed === undefined ? undefined : Math.max(consumed, (told ?? 0) - 1);
        if (from === undefined && known !== undefined && known + 1 >= inbox.first && known + 1 <= inbox.next) {
          throw usage(`Partition ${partition} needs no mending: its history has consumed the inbox up to ${consumed}, and ${holds}`, 'Name an offset with --from where it shall go on elsewhere all the same');
        }
        const start = from ?? inbox.first;
        if (start < inbox.first || start > inbox.next) throw usage(`--from expects an offset from ${inbox.first} to ${inbox.next}, but found ${start}`);
        const what = `Partition ${partition} goes on from inbox offset ${start}; its history had consumed up to ${consumed ?? 'where its newest records do not say'}, and ${holds}`;
        if (yes !== true) return proposed(called, { partition, from: start, consumed, inbox }, what);
        await acceptInbox(mending, { from: start, why: `baton mend inbox: ${holds}` });
        called.answer({ partition, from: start, consumed, inbox, done: true }, () => `${what}.`);
      });
    });

  sub('history', 'begin anew without the runs', 'View, checkpoints and the beginning of the history are lost, so nobody knows the runs of the partition any more. It begins anew, without them; new runs are taken.')
    .option('--from <offset>', 'read the inbox from this offset instead of where the history says that it was consumed up to', wholeNumber('--from'))
    .action(async ({ partition, from, yes }: Options, command: Command) => {
      const called = session(command);
      await withPartition(called, partition, async ({ mending, history, inbox, consumed, told }) => {
        if (history.first === 0) throw usage(`Partition ${partition} needs no mending: its history begins at 0, so its view is built from that`, `Have it built again with: baton rebuild --partition ${partition}`);
        const start = from ?? (consumed === undefined ? undefined : consumed + 1);
        if (start === undefined) throw usage('The newest records of the history do not say up to where the inbox was consumed', `Name where it is read from with --from: ${inbox.next} passes over everything that it holds, ${inbox.first} reads all of it again`);
        const again = told !== undefined && told > start ? `. The group was told ${told}: what lies between changed nothing while the runs were known, but a repeated start among it begins its run again; --from ${told} passes over it` : '';
        const what = `Partition ${partition} begins anew without the runs that it had, and reads its inbox from ${start}${again}`;
        const document = { partition, from: start, told, history, inbox };
        if (yes !== true) return proposed(called, document, what);
        await forgetRuns(mending, { inboxOff: start - 1, nowMs: called.world.nowMs() });
        called.answer({ ...document, done: true }, () => `${what}.`);
      });
    });
}

function proposed(session: Session, document: object, what: string): void {
  session.answer({ ...document, done: false }, () => `${what}. Nothing was done yet: say --yes where that is right.`);
}

async function withPartition({ world }: Session, partition: number, work: (found: Found) => Promise<void>): Promise<void> {
  const { brokers, namespace } = kafkaOf(world.env);
  const kafka = await connectKafka({ brokers, namespace, clientId: 'baton-cli', requires: ['history', 'inbox'] });
  try {
    if (partition >= kafka.partitions) throw usage(`--partition expects a number below ${kafka.partitions}, but found ${partition}`);
    const [history, inbox] = await Promise.all([kafka.historyLog.bounds(partition), kafka.inboxSource.bounds(partition)]);
    const claim = { owner: `baton-cli-${randomUUID()}`, group: kafka.inboxSource.group, partitions: kafka.partitions, engine: 'cli' };
    const consumed = await consumedInbox(kafka.historyLog, partition);
    const told = consumed?.saidByOperator === true ? undefined : await toldGroup(kafka, { brokers, namespace, partition });
    await work({ history, inbox, consumed: consumed?.upTo, told, mending: { history: kafka.historyLog, partition, claim } });
  } finally {
    await kafka.close();
  }
}

async function toldGroup({ inboxSource }: KafkaPorts, { brokers, namespace, partition }: { readonly brokers: readonly string[]; readonly namespace: string; readonly partition: number }): Promise<number | undefined> {
  const topics = await connectTopicReader({ brokers });
  try {
    return (await topics.groupOffsets(inboxSource.group, topicNames(namespace).inbox)).find((offset) => offset.partition === partition)?.committed;
  } finally {
    await topics.close();
  }
}
