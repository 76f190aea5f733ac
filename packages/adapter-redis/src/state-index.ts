import type { RunState } from '@baton/contracts';
import { isTerminal } from '@baton/contracts';
import type { DueTimer, RunWrite, StateIndex, ViewBatch } from '@baton/ports';
import type { Connection, RedisLog } from './connection.ts';
import type { Keys } from './keys.ts';
import { dropGeneration } from './drop-generation.ts';

export interface ViewParts {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly partitions: number;
  readonly keepEndedMs: number;
  readonly log: RedisLog;
}

/** Runs of one script call: more would keep Redis from others for too long. */
const RUNS_PER_CALL = 100;
const TRIM_EVERY_MS = 60_000;
const TRIM_LIMIT = 500;

const OUTCOMES = { OK: 'ok', FENCED: 'fenced', GAP: 'gap', NOMETA: 'no-meta' } as const;

export function stateIndex({ connection, keys, keepEndedMs, log }: ViewParts): StateIndex {
  const { script, command } = connection;
  const trimmedMs = new Map<number, number>();

  async function trim(partition: number): Promise<void> {
    const nowMs = Date.now();
    if (nowMs - (trimmedMs.get(partition) ?? 0) < TRIM_EVERY_MS) return;
    trimmedMs.set(partition, nowMs);
    const trimmed = (await script('trim-1', [keys.meta(partition)], [keys.base(partition), nowMs - keepEndedMs, TRIM_LIMIT])) as number;
    // There is more: go on at the next call, a piece at a time.
    if (trimmed >= TRIM_LIMIT) trimmedMs.delete(partition);
  }

  return {
    async meta(partition) {
      const [epoch, histOff, inboxOff, disp] = await command('reading meta', (client) => client.hmget(keys.meta(partition), 'epoch', 'histOff', 'inboxOff', 'disp'));
      if (epoch === null || epoch === undefined) return undefined;
      return { epoch: Number(epoch), histOff: Number(histOff), inboxOff: Number(inboxOff), disp: Number(disp) };
    },

    async claim(partition, { epoch, histOff, inboxOff, disp, over }) {
      const [outcome, ...generations] = (await script('claim-2', [keys.meta(partition), keys.left(partition)], [epoch, histOff, inboxOff, disp, ...(over === 'reset' ? [''] : [over.epoch, over.histOff])])) as [string, ...string[]];
      if (outcome !== 'OK') return outcome === 'FENCED' ? 'fenced' : 'lost';
      for (const generation of generations) {
        dropGeneration(connection, { base: keys.base(partition), left: keys.left(partition), generation }).catch((error: unknown) =>
          log({ level: 'warn', message: 'the keys of a view that was left could not be removed yet', fields: { partition, detail: String(error) } }),
        );
      }
      return 'ok';
    },

    async apply(partition, batch) {
      for (let i = 0; i + RUNS_PER_CALL < batch.runs.length; i += RUNS_PER_CALL) {
        // Positions move with the last call alone; what an interrupted batch has written is skipped by seq when it is repeated.
        const part = { ...batch, histOff: batch.prevOff, inboxOff: -1, disp: -1, runs: batch.runs.slice(i, i + RUNS_PER_CALL) };
        const outcome = await applyPart(partition, part);
        if (outcome !== 'ok') return outcome;
      }
      const rest = batch.runs.length === 0 ? 0 : Math.floor((batch.runs.length - 1) / RUNS_PER_CALL) * RUNS_PER_CALL;
      return applyPart(partition, { ...batch, runs: batch.runs.slice(rest) });
    },

    async load(partition, runIds, { epoch, histOff }) {
      if (runIds.length === 0) return [];
      const states = (await script('load-1', [keys.meta(partition)], [keys.base(partition), epoch, histOff, ...runIds])) as (string | null)[] | null;
      return states === null ? 'lost' : states.map((state) => (state === null ? undefined : (JSON.parse(state) as RunState)));
    },

    async countOpen(partition) {
      const gen = await command('counting runs', (client) => client.hget(keys.meta(partition), 'gen'));
      if (gen === null) return 0;
      const counts = await command('counting runs', (client) => Promise.all(['running', 'blocked'].map((status) => client.zcard(`${keys.base(partition)}:${gen}:s:${status}`))));
      return counts.reduce((sum, count) => sum + count, 0);
    },

    async due(partition, { graceMs, limit }) {
      const found = (await script('due-1', [keys.meta(partition)], [keys.base(partition), graceMs, limit])) as string[];
      await trim(partition);
      const due: DueTimer[] = [];
      for (let i = 0; i + 1 < found.length; i += 2) due.push(timerOf(found[i]!, Number(found[i + 1])));
      return due;
    },
  };

  async function applyPart(partition: number, { epoch, prevOff, histOff, inboxOff, disp, runs }: ViewBatch): Promise<'ok' | 'fenced' | 'gap' | 'no-meta'> {
    const args: (string | number)[] = [epoch, prevOff, histOff, inboxOff, disp, keys.base(partition), keepEndedMs, runs.length];
    for (const run of runs) pushRun(args, run);
    const outcome = (await script('apply-1', [keys.meta(partition)], args)) as keyof typeof OUTCOMES;
    return OUTCOMES[outcome];
  }
}

function pushRun(args: (string | number)[], { state, entries }: RunWrite): void {
  args.push(state.runId, state.seq, JSON.stringify(state), state.status, state.def.name, state.updatedMs, isTerminal(state.status) ? '1' : '0');
  const timers = Object.entries(state.timers);
  args.push(timers.length);
  for (const [timerId, { ver, dueMs }] of timers) args.push(memberOf(state.runId, timerId, ver), dueMs);
  args.push(entries.length);
  for (const entry of entries) args.push(entry.seq, JSON.stringify(entry));
}

/** Run ids hold no bar; timer ids may hold anything, so they come last. */
const memberOf = (runId: string, timerId: string, ver: number): string => `${runId}|${ver}|${timerId}`;

function timerOf(member: string, dueMs: number): DueTimer {
  const first = member.indexOf('|');
  const second = member.indexOf('|', first + 1);
  return { runId: member.slice(0, first), ver: Number(member.slice(first + 1, second)), timerId: member.slice(second + 1), dueMs };
}
