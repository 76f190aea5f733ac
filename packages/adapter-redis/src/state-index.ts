import { hash128, isTerminal, openTasksOf } from '@baton/contracts';
import type { DueTimer, RunWrite, StateIndex, ViewBatch } from '@baton/ports';
import type { Connection, RedisLog } from './connection.ts';
import type { Keys } from './keys.ts';
import { dropGeneration } from './drop-generation.ts';
import { packed, unpacked } from './packed-entries.ts';
import { readRun, writtenRun, type ReadRun } from './run-parts.ts';

export interface ViewParts {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly partitions: number;
  readonly keepEndedMs: number;
  readonly log: RedisLog;
}

/** Runs of one script call: more would keep Redis from others for too long. */
const RUNS_PER_CALL = 100;
/** And characters of them, since a state may have hundreds of kilobytes. */
const CHARACTERS_PER_CALL = 1_048_576;
const TRIM_EVERY_MS = 60_000;
const TRIM_LIMIT = 500;

const OUTCOMES = { OK: 'ok', FENCED: 'fenced', GAP: 'gap', NOMETA: 'no-meta', OTHER: 'other' } as const;
type Outcome = (typeof OUTCOMES)[keyof typeof OUTCOMES];

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
      const [epoch, histOff, inboxOff, disp, carried] = await command('reading meta', (client) => client.hmget(keys.meta(partition), 'epoch', 'histOff', 'inboxOff', 'disp', 'carried'));
      if (epoch === null || epoch === undefined) return undefined;
      return { epoch: Number(epoch), histOff: Number(histOff), inboxOff: Number(inboxOff), disp: Number(disp), ...(carried !== null && carried !== undefined && { carriedMs: Number(carried) }) };
    },

    async claim(partition, { epoch, histOff, inboxOff, disp, carriedMs, over }) {
      const [outcome, ...generations] = (await script('claim-2', [keys.meta(partition), keys.left(partition)], [epoch, histOff, inboxOff, disp, ...(over === 'reset' ? ['', ''] : [over.epoch, over.histOff]), carriedMs ?? ''])) as [string, ...string[]];
      if (outcome !== 'OK') return outcome === 'FENCED' ? 'fenced' : 'lost';
      for (const generation of generations) {
        dropGeneration(connection, { base: keys.base(partition), left: keys.left(partition), generation }).catch((error: unknown) =>
          log({ level: 'warn', message: 'the keys of a view that was left could not be removed yet', fields: { partition, detail: String(error) } }),
        );
      }
      return 'ok';
    },

    async apply(partition, batch) {
      let part = emptyPart();
      for (const run of batch.runs) {
        const next = argumentsOf(run);
        if (part.runs.length > 0 && (part.runs.length >= RUNS_PER_CALL || part.characters + next.characters > CHARACTERS_PER_CALL)) {
          // Positions move with the last call alone; what an interrupted batch has written is skipped by seq when it is repeated.
          const outcome = await applyPart(partition, { ...batch, histOff: batch.prevOff, inboxOff: -1, disp: -1 }, part);
          if (outcome !== 'ok') return outcome;
          part = emptyPart();
        }
        add(part, run, next);
      }
      return applyPart(partition, batch, part);
    },

    async load(partition, runIds, { epoch, histOff }, maxBytes = Number.MAX_SAFE_INTEGER) {
      if (runIds.length === 0) return [];
      const states = (await script('load-1', [keys.meta(partition)], [keys.base(partition), epoch, histOff, maxBytes, ...runIds])) as (ReadRun | null)[] | null;
      return states === null ? 'lost' : states.map((state) => (state === null ? undefined : readRun(state)));
    },

    async scan(partition, { cursor, limit }, { epoch, histOff }) {
      const answer = (await script('scan-1', [keys.meta(partition)], [keys.base(partition), epoch, histOff, cursor ?? '0', limit])) as [string, ...ReadRun[]] | null;
      if (answer === null) return 'lost';
      const [next, ...parts] = answer;
      const runs: RunWrite[] = [];
      for (let i = 0; i + 1 < parts.length; i += 2) runs.push({ state: readRun(parts[i]!), entries: (parts[i + 1] as readonly string[]).flatMap(unpacked) });
      return { runs, ...(next !== '0' && { cursor: next }) };
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

    async isArmed(partition, { runId, timerId, ver }) {
      return (await script('armed-1', [keys.meta(partition)], [keys.base(partition), memberOf(runId, timerId, ver)])) === 1;
    },
  };

  async function applyPart(partition: number, positions: Omit<ViewBatch, 'runs'>, part: Part): Promise<Exclude<Outcome, 'other'>> {
    const outcome = await callApply(partition, positions, part);
    if (outcome !== 'other') return outcome;
    // The view has been written by somebody else, or was restored; what it holds is known no more.
    const whole = emptyPart();
    for (const { state, entries } of part.runs) add(whole, { state, entries }, argumentsOf({ state, entries }));
    const again = await callApply(partition, positions, whole);
    if (again === 'other') throw new Error('Expected whole runs to be taken whatever the view holds');
    return again;
  }

  async function callApply(partition: number, { epoch, prevOff, histOff, inboxOff, disp, carriedMs }: Omit<ViewBatch, 'runs'>, { runs, args }: Part): Promise<Outcome> {
    const outcome = (await script('apply-1', [keys.meta(partition)], [epoch, prevOff, histOff, inboxOff, disp, keys.base(partition), keepEndedMs, carriedMs ?? '', runs.length, ...args])) as keyof typeof OUTCOMES;
    return OUTCOMES[outcome];
  }
}

/** Runs of one script call, and them as its arguments. */
interface Part {
  readonly runs: RunWrite[];
  /** Of what is large in them. */
  characters: number;
  readonly args: (string | number)[];
}

const emptyPart = (): Part => ({ runs: [], characters: 0, args: [] });

function add(part: Part, run: RunWrite, { characters, args }: Omit<Part, 'runs'>): void {
  part.runs.push(run);
  for (const arg of args) part.args.push(arg);
  part.characters += characters;
}

function argumentsOf({ state, entries, before }: RunWrite): Omit<Part, 'runs'> {
  const written = writtenRun(state, before);
  let characters = written.state.length;
  const args: (string | number)[] = [state.runId, state.seq, written.state, state.status, state.def.name, state.updatedMs, isTerminal(state.status) ? '1' : '0'];
  const timers = Object.entries(state.timers);
  args.push(timers.length);
  for (const [timerId, { ver, dueMs }] of timers) args.push(memberOf(state.runId, timerId, ver), dueMs);
  const together = packed(entries);
  args.push(together.length);
  for (const { seq, count, text } of together) {
    characters += text.length;
    args.push(seq, count, text);
  }
  const keepsParts = before !== undefined && written.parts.length < written.names.length;
  args.push(keepsParts ? before.seq : '', written.names.join('\n'), written.parts.length);
  for (const [name, text] of written.parts) {
    characters += text.length;
    args.push(name, text);
  }
  const tasks = openTasksOf(state);
  args.push(tasks.length);
  for (const task of tasks) {
    const text = JSON.stringify(task);
    characters += text.length;
    args.push(task.taskId, task.askedMs, text, task.assignees.map(assigneeKey).join(' '));
  }
  return { args, characters };
}

/** Part of a key: an assignee may be called anything. */
export const assigneeKey = (assignee: string): string => hash128(assignee);

/** Run ids hold no bar; timer ids may hold anything, so they come last. */
const memberOf = (runId: string, timerId: string, ver: number): string => `${runId}|${ver}|${timerId}`;

export function timerOf(member: string, dueMs: number): DueTimer {
  const first = member.indexOf('|');
  const second = member.indexOf('|', first + 1);
  return { runId: member.slice(0, first), ver: Number(member.slice(first + 1, second)), timerId: member.slice(second + 1), dueMs };
}
