import { partitionOf, readInboxMessage } from '@baton/contracts';
import type { InboxBatch, InboxHandler, InboxSender, InboxSource, InboxSubscription } from '@baton/ports';
import { eventually, gate } from './eventually.ts';
import { runner } from './runner.ts';
import { runIdOn, sampleMessage } from './samples.ts';

export interface InboxConnection {
  readonly sender: InboxSender;
  readonly source: InboxSource;
}

export interface OpenedInbox {
  /** A further process on the same inbox, empty at first, with at least two partitions. */
  connect(): Promise<InboxConnection>;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** What every InboxSender and InboxSource must do together. */
export function inboxSuite(name: string, open: () => Promise<OpenedInbox>): void {
  const { describe, it, expect, beforeEach, afterEach } = runner();

  describe(`Inbox: ${name}`, () => {
    let opened: OpenedInbox;
    let inbox: InboxConnection;
    let members: Member[];
    beforeEach(async () => {
      opened = await open();
      inbox = await opened.connect();
      members = [];
    });
    afterEach(async () => {
      for (const member of members) await member.stop();
      await opened.close();
    });
    const subscribe = async (source = inbox.source, records?: InboxHandler['records']): Promise<Member> => {
      const member = await Member.subscribe(source, records);
      members.push(member);
      return member;
    };

    it('hands all partitions to the only member', async () => {
      const member = await subscribe();
      await eventually('all partitions are assigned', () => member.owned.length === inbox.source.partitions);
      expect([...member.owned].sort((a, b) => a - b)).toEqual(Array.from({ length: inbox.source.partitions }, (_, p) => p));
    });

    it('puts every message on the partition of its run, in the order it was sent', async () => {
      const { partitions } = inbox.source;
      const runs = [runIdOn(0, partitions), runIdOn(1, partitions), runIdOn(0, partitions, 1)];
      for (let i = 0; i < 30; i++) await inbox.sender.send([sampleMessage(runs[i % 3]!, `m${i}`)]);
      const member = await subscribe();
      await eventually('all messages have come', () => member.messages().length === 30);
      for (const { partition, message } of member.messages()) expect(partition).toBe(partitionOf(message.runId, partitions));
      const ofFirst = member.messages().filter(({ partition }) => partition === 0).map(({ message }) => Number(message.id.slice(1)));
      expect(ofFirst).toEqual([...ofFirst].sort((a, b) => a - b));
    });

    it('carries a message unchanged, under the key of its run', async () => {
      const message = { ...sampleMessage(runIdOn(0, inbox.source.partitions), 'm1'), trace: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' } };
      await inbox.sender.send([message]);
      const member = await subscribe();
      await eventually('the message has come', () => member.messages().length === 1);
      expect(member.messages()[0]!.message).toEqual(message);
      expect(member.batches[0]!.records[0]!.key).toBe(message.runId);
    });

    it('sends many messages for many runs in one call', async () => {
      const messages = Array.from({ length: 500 }, (_, i) => sampleMessage(runIdOn(i % 2, inbox.source.partitions, i % 7), `m${i}`));
      await inbox.sender.send(messages);
      const member = await subscribe();
      await eventually('all have come', () => member.messages().length >= 500);
      expect(new Set(member.messages().map(({ message }) => message.id)).size).toBe(500);
    });

    it('says where each batch was fetched from, so that a hole would be seen', async () => {
      const runId = runIdOn(0, inbox.source.partitions);
      const member = await subscribe();
      for (let i = 0; i < 20; i++) await inbox.sender.send([sampleMessage(runId, `m${i}`)]);
      await eventually('all have come', () => member.messages().length === 20);
      let position = 0;
      for (const batch of member.batches) {
        expect(batch.fetchedFrom).toBe(position);
        expect(batch.records[0]!.offset).toBeGreaterThanOrEqual(batch.fetchedFrom);
        position = batch.records.at(-1)!.offset + 1;
        expect(batch.endOffset).toBeGreaterThanOrEqual(position);
      }
    });

    it('begins again at the offset that was sought, backwards and forwards (F8)', async () => {
      const runId = runIdOn(0, inbox.source.partitions);
      await inbox.sender.send(Array.from({ length: 10 }, (_, i) => sampleMessage(runId, `m${i}`)));
      const member = await subscribe();
      await eventually('all have come', () => member.messages().length >= 10);
      member.batches.length = 0;
      member.subscription.seek(0, 4);
      await eventually('a batch from 4 on has come', () => member.batches.some(({ fetchedFrom }) => fetchedFrom === 4));
      const from4 = member.batches.slice(member.batches.findIndex(({ fetchedFrom }) => fetchedFrom === 4)).flatMap(({ records }) => records.map(({ offset }) => offset));
      expect(from4.slice(0, 1)).toEqual([4]);
      await eventually('the last one has come again', () => member.batches.some(({ records }) => records.at(-1)?.offset === 9));
      member.batches.length = 0;
      member.subscription.seek(0, 8);
      await eventually('a batch from 8 on has come', () => member.batches.some(({ fetchedFrom }) => fetchedFrom === 8));
    });

    it('takes a seek at the moment of the assignment', async () => {
      const runId = runIdOn(1, inbox.source.partitions);
      await inbox.sender.send(Array.from({ length: 5 }, (_, i) => sampleMessage(runId, `m${i}`)));
      const member = await subscribe();
      // At every assignment, as a lane does: a member that joins again begins where the group committed.
      member.atAssignment = () => member.subscription.seek(1, 3);
      await eventually('a batch from 3 on has come', () => member.batches.some(({ partition, fetchedFrom }) => partition === 1 && fetchedFrom === 3));
    });

    it('holds the next batch of a partition back until the last was taken, and goes on with the others', async () => {
      const { partitions } = inbox.source;
      const taken = gate();
      const order: string[] = [];
      const member = await subscribe(inbox.source, async (batch) => {
        order.push(...batch.records.map(({ offset }) => `${batch.partition}:${offset}`));
        if (batch.partition === 0) await taken.passed;
      });
      await inbox.sender.send([sampleMessage(runIdOn(0, partitions), 'a')]);
      await eventually('the first has come', () => order.includes('0:0'));
      await inbox.sender.send([sampleMessage(runIdOn(0, partitions), 'b')]);
      await inbox.sender.send([sampleMessage(runIdOn(1, partitions), 'c')]);
      await eventually('the other partition goes on', () => order.includes('1:0'));
      expect(order).not.toContain('0:1');
      taken.open();
      await eventually('the second has come', () => order.includes('0:1'));
      expect(member.crashes).toEqual([]);
    });

    it('shares the partitions among two members, and gives all to the one that stays', async () => {
      const { partitions } = inbox.source;
      const first = await subscribe();
      const second = await subscribe((await opened.connect()).source);
      await eventually('each has a share', () => first.owned.length + second.owned.length === partitions && first.owned.length > 0 && second.owned.length > 0);
      expect([...first.owned, ...second.owned].sort((a, b) => a - b)).toEqual(Array.from({ length: partitions }, (_, p) => p));
      await first.stop();
      await eventually('the other has all', () => second.owned.length === partitions);
    });

    it('begins where the group committed, where a later member says nothing else', async () => {
      const runId = runIdOn(0, inbox.source.partitions);
      await inbox.sender.send(Array.from({ length: 6 }, (_, i) => sampleMessage(runId, `m${i}`)));
      const first = await subscribe();
      await eventually('all have come', () => first.messages().length === 6);
      first.subscription.commit(0, 4);
      await first.stop();
      const second = await subscribe((await opened.connect()).source);
      await eventually('the rest has come', () => second.messages().length >= 2);
      expect(second.batches.find(({ partition }) => partition === 0)!.fetchedFrom).toBe(4);
    });

    it('knows the bounds of a partition', async () => {
      expect(await inbox.source.bounds(0)).toEqual({ first: 0, next: 0 });
      await inbox.sender.send([sampleMessage(runIdOn(0, inbox.source.partitions), 'm1')]);
      expect(await inbox.source.bounds(0)).toEqual({ first: 0, next: 1 });
      expect(await inbox.source.bounds(1)).toEqual({ first: 0, next: 0 });
    });
  });
}

class Member {
  owned: readonly number[] = [];
  readonly batches: InboxBatch[] = [];
  readonly crashes: Error[] = [];
  subscription!: InboxSubscription;
  atAssignment: () => void = () => undefined;
  #stopped: Promise<void> | undefined;

  static async subscribe(source: InboxSource, records?: InboxHandler['records']): Promise<Member> {
    const member = new Member();
    member.subscription = await source.subscribe({
      assigned(partitions) {
        member.owned = partitions;
        member.atAssignment();
      },
      async records(batch) {
        member.batches.push(batch);
        await records?.(batch);
      },
      crashed: (error) => void member.crashes.push(error),
    });
    return member;
  }

  messages() {
    return this.batches.flatMap(({ partition, records }) => records.map(({ value }) => ({ partition, message: readInboxMessage(value!) })));
  }

  stop(): Promise<void> {
    return (this.#stopped ??= this.subscription.stop());
  }
}
