import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openDatabase } from '../disk/open-database.ts';
import { sqliteLogStore } from '../disk/sqlite-log-store.ts';
import { Broker, type TopicRule } from './broker.ts';
import type { GroupMember } from './group.ts';

const TOPIC = 'baton.t.inbox.v1';
const record = (key: string, bytes = 1_000) => ({ key, value: new Uint8Array(bytes), headers: {}, timestampMs: 1 });
const idle: GroupMember = { assigned() {}, revoked: async () => undefined };

describe('Broker', () => {
  let directory: string;
  const closing: (() => void)[] = [];
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'baton-broker-'));
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) close();
    await rm(directory, { recursive: true, force: true });
  });

  function broker(keep: TopicRule['keep'], options: { readonly stored?: boolean; readonly neededFrom?: number } = {}): { broker: Broker; database: DatabaseSync | undefined } {
    const database = options.stored === true ? openDatabase(directory, { namespace: 't', partitions: 1 }) : undefined;
    const made = new Broker({
      partitions: 1,
      retainBytes: 20_000,
      store: database && sqliteLogStore(database, { durability: 'process' }),
      ruleOf: () => ({ keep, durable: true }),
      neededFrom: () => options.neededFrom ?? Infinity,
    });
    closing.push(() => made.close());
    return { broker: made, database };
  }
  const fill = async (to: Broker, count: number, key = (i: number) => `k${i}`) => {
    for (let i = 0; i < count; i++) await to.append(TOPIC, 0, [record(key(i))]);
  };

  for (const stored of [false, true]) {
    describe(stored ? 'with a store' : 'in memory', () => {
      it('drops what every group has read once the limit is passed, and keeps what is not read', async () => {
        const { broker: log } = broker('until-read', { stored });
        const group = log.group('g', TOPIC);
        await group.join(idle);
        await fill(log, 100);
        expect(log.log(TOPIC, 0).first).toBe(0);
        group.commit(idle, 0, 60);
        await fill(log, 10);
        const { first } = log.log(TOPIC, 0);
        expect(first).toBeGreaterThan(40);
        expect(first).toBeLessThanOrEqual(60);
        expect(log.log(TOPIC, 0).read(0)[0]?.offset).toBe(first);
      });

      it('drops nothing of a topic that nobody reads yet', async () => {
        const { broker: log } = broker('until-read', { stored });
        await fill(log, 100);
        expect(log.log(TOPIC, 0).first).toBe(0);
        expect(log.log(TOPIC, 0).read(0)[0]?.offset).toBe(0);
      });

      it('keeps the newest where the topic is only looked at', async () => {
        const { broker: log } = broker('newest', { stored });
        await fill(log, 100);
        const { first, next } = log.log(TOPIC, 0);
        expect(next).toBe(100);
        expect(first).toBeGreaterThan(70);
      });

      it('keeps what somebody beside the groups still needs', async () => {
        const { broker: log } = broker('newest', { stored, neededFrom: 30 });
        await fill(log, 100);
        const { first } = log.log(TOPIC, 0);
        expect(first).toBeLessThanOrEqual(30);
        expect(log.log(TOPIC, 0).read(30)[0]?.offset).toBe(30);
      });

      it('keeps everything where the topic is kept always', async () => {
        const { broker: log } = broker('always', { stored });
        await fill(log, 100);
        let seen = 0;
        for (let chunk = log.log(TOPIC, 0).read(0); chunk.length > 0; chunk = log.log(TOPIC, 0).read(chunk.at(-1)!.offset + 1)) seen += chunk.length;
        expect(seen).toBe(100);
      });

      it('keeps of each key the newest record of a compacted topic', async () => {
        const { broker: log } = broker('newest-per-key', { stored });
        await fill(log, 1_000, (i) => `k${i % 3}`);
        let seen = 0;
        for (let chunk = log.log(TOPIC, 0).read(0); chunk.length > 0; chunk = log.log(TOPIC, 0).read(chunk.at(-1)!.offset + 1)) seen += chunk.length;
        expect(seen).toBeLessThan(300);
        expect(new Set(log.log(TOPIC, 0).read(990).map(({ key }) => key))).toEqual(new Set(['k0', 'k1', 'k2']));
      });
    });
  }

  it('holds no more in memory than the limit where there is a store, and reads the rest from there', async () => {
    const { broker: log } = broker('always', { stored: true });
    await fill(log, 200);
    expect(log.log(TOPIC, 0).bytes).toBeLessThan(25_000);
    expect(log.log(TOPIC, 0).read(0).map(({ offset }) => offset)).toEqual(Array.from({ length: log.log(TOPIC, 0).oldestInMemory }, (_, i) => i));
  });

  it('appends nothing where the disk is full, says so, and goes on with the same offset when there is room (F42)', async () => {
    const { broker: log, database } = broker('always', { stored: true });
    await fill(log, 3);
    const { page_count: pages } = database!.prepare('PRAGMA page_count').get() as { page_count: number };
    database!.exec(`PRAGMA max_page_count = ${pages}`);
    const refused = Promise.allSettled([log.append(TOPIC, 0, [record('big', 900_000)]), log.append(TOPIC, 0, [record('same turn')])]);
    for (const { status, ...rest } of await refused) {
      expect(status).toBe('rejected');
      expect(rest).toMatchObject({ reason: { name: 'OperatingError', code: 'unavailable', retry: 'yes' } });
    }
    expect(log.log(TOPIC, 0).next).toBe(3);
    database!.exec('PRAGMA max_page_count = 1000000');
    expect(await log.append(TOPIC, 0, [record('after')])).toBe(3);
  });

  it('shows nothing to readers before the store has it', async () => {
    const { broker: log } = broker('always', { stored: true });
    const appending = log.append(TOPIC, 0, [record('k')]);
    expect(log.log(TOPIC, 0).read(0)).toEqual([]);
    await appending;
    expect(log.log(TOPIC, 0).read(0)).toHaveLength(1);
  });

  it('lets only the owner of a partition move its position', async () => {
    const { broker: log } = broker('always');
    const group = log.group('g', TOPIC);
    const gone: GroupMember = { ...idle };
    await group.join(gone);
    group.commit(gone, 0, 5);
    await group.leave(gone);
    await group.join(idle);
    group.commit(gone, 0, 9);
    expect(group.committed(0)).toBe(5);
  });
});
