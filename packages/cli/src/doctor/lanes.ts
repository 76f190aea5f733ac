/** The partitions, seen from their topics and their view: who moves, who stands still, who cannot go on. */
import { CLAIM_KEY } from '@baton/contracts';
import type { LogRecord } from '@baton/ports';
import { withLiveSystem, type LiveSystem } from '../live-system.ts';
import { ago, duration } from '../output/times.ts';
import type { Session } from '../session.ts';
import { looking, type Finding } from './finding.ts';

const TAIL = 200;
/** A record of the inbox that nobody has taken for so long. */
const STUCK_MS = 60_000;
const HOUR_MS = 3_600_000;
/** More claims within the tail and the last ten minutes than hand-overs explain. */
const MANY_CLAIMS = 10;
const MOST_LETTERS = 1_000;

interface Around {
  readonly system: LiveSystem;
  readonly nowMs: number;
  /** Of the history; undefined where it is kept for ever. */
  readonly retentionMs: number | undefined;
}

export async function ofLanes({ world }: Session): Promise<readonly Finding[]> {
  const { BATON_KAFKA_BROKERS: brokers = '', BATON_REDIS_URL: redis = '' } = world.env;
  if (brokers.trim() === '' || redis.trim() === '') return [];
  return looking('lanes', 'See the findings above', () =>
    withLiveSystem(world, async (system) => {
      const around = { system, nowMs: world.nowMs(), retentionMs: await system.topics.retentionMs(system.names.history) };
      const found: Finding[] = [];
      for (let partition = 0; partition < system.partitions; partition++) found.push(...(await ofLane(partition, around)));
      return [...(found.length === 0 ? [{ what: 'lanes', state: 'ok', detail: `all ${system.partitions} partitions have taken what lies in their inbox` } as const] : found), ...(await ofLetters(around))];
    }),
  );
}

async function ofLane(partition: number, { system, nowMs, retentionMs }: Around): Promise<readonly Finding[]> {
  const { topics, names, redis } = system;
  const what = `lane ${partition}`;
  const meta = await redis.inspector.meta(partition);
  const [inbox, history] = [await topics.bounds(names.inbox, partition), await topics.bounds(names.history, partition)];
  const consumed = meta?.inboxOff ?? -1;
  if (meta !== undefined && Math.max(meta.histOff, meta.epoch) >= history.next) {
    return [{ what, state: 'fail', detail: `diverged: the view is at history offset ${Math.max(meta.histOff, meta.epoch)}, but the history ends at ${history.next - 1}`, mend: `Restore the history from its backup; where it is right as it is: baton rebuild --partition ${partition}. See docs/internals/divergence.md` }];
  }
  if (meta !== undefined && consumed >= 0 && (consumed + 1 > inbox.next || consumed + 1 < inbox.first)) {
    return [{ what, state: 'fail', detail: `diverged: the history has consumed the inbox up to ${consumed}, but it holds ${inbox.first} to ${inbox.next - 1}`, mend: `Restore the inbox from a backup; where there is none: baton mend inbox --partition ${partition}` }];
  }
  const findings: Finding[] = [];
  const tail = await newest(system, names.history, partition, TAIL);
  const claims = tail.filter(({ key, timestampMs }) => key === CLAIM_KEY && timestampMs > nowMs - 600_000);
  const lastClaimMs = tail.findLast(({ key }) => key === CLAIM_KEY)?.timestampMs;
  const claimed = lastClaimMs === undefined ? '' : `, last claimed ${ago(lastClaimMs, nowMs)}`;
  if (history.next > 0 && meta === undefined) findings.push({ what, state: 'warn', detail: `has no view${claimed}`, mend: 'Its lane builds it within half a minute; where it stays so, look at /readyz of the orchestrators' });
  else if (meta !== undefined && meta.histOff < meta.epoch) findings.push({ what, state: 'warn', detail: `its view is being built: ${meta.histOff + 1} of ${meta.epoch + 1} records`, mend: 'It takes a second for about 20,000 records; where it stands still, look at /readyz of the orchestrators' });
  const waiting = await oldestWaiting(system, partition, { from: Math.max(inbox.first, consumed + 1), next: inbox.next });
  if (waiting !== undefined && nowMs - waiting > STUCK_MS) findings.push({ what, state: 'fail', detail: `the inbox has a record that nobody has taken for ${duration(nowMs - waiting)}${claimed}`, mend: 'Look at /readyz of the orchestrators: it names the lane and why it is not ready' });
  if (claims.length > MANY_CLAIMS) findings.push({ what, state: 'warn', detail: `was claimed ${claims.length} times within ten minutes`, mend: 'Two groups, or members that come and go: look at the log of the orchestrators for "gap" and for rebalances' });
  if (retentionMs !== undefined && meta !== undefined) {
    const sinceMs = meta.carriedMs ?? (history.first === 0 ? (await oldestWaitingIn(system, names.history, partition, { from: 0, next: Math.min(1, history.next) })) : undefined);
    const ageMs = sinceMs === undefined ? undefined : nowMs - sinceMs;
    if (ageMs !== undefined && ageMs > retentionMs / 2) findings.push({ what, state: 'fail', detail: `its runs were last carried forward ${duration(ageMs)} ago, and the history is kept for ${duration(retentionMs)}`, mend: 'Look for carry-overdue and checkpoint-failed in the log of the orchestrators; raise retention.ms of the history meanwhile' });
  }
  return findings;
}

/** When the oldest record of the inbox was written that is not consumed by what the view knows. */
const oldestWaiting = (system: LiveSystem, partition: number, range: { readonly from: number; readonly next: number }): Promise<number | undefined> => oldestWaitingIn(system, system.names.inbox, partition, range);

async function oldestWaitingIn({ topics }: LiveSystem, topic: string, partition: number, { from, next }: { readonly from: number; readonly next: number }): Promise<number | undefined> {
  if (from >= next) return undefined;
  for await (const [first] of topics.read(topic, partition, { from, to: from })) return first?.timestampMs;
  return undefined;
}

async function newest({ topics }: LiveSystem, topic: string, partition: number, count: number): Promise<readonly LogRecord[]> {
  const { first, next } = await topics.bounds(topic, partition);
  const records: LogRecord[] = [];
  for await (const chunk of topics.read(topic, partition, { from: Math.max(first, next - count), to: next - 1 })) records.push(...chunk);
  return records;
}

async function ofLetters({ system, nowMs }: Around): Promise<readonly Finding[]> {
  const letters = (await newest(system, system.names.deadLetters, 0, MOST_LETTERS)).filter(({ timestampMs }) => timestampMs > nowMs - HOUR_MS).length;
  if (letters === 0) return [{ what: 'dead letters', state: 'ok', detail: 'none within the last hour' }];
  return [{ what: 'dead letters', state: 'warn', detail: `${letters === MOST_LETTERS ? `${letters} or more` : letters} within the last hour`, mend: 'See what they are with: baton dlq list' }];
}
