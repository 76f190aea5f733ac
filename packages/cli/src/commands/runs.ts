import { RUN_STATUSES, type HistoryEntry, type RunStatus } from '@baton/contracts';
import { Option, type Command } from 'commander';
import { usage } from '../failure.ts';
import { readJsonArgument } from '../input.ts';
import { documentLines } from '../output/document.ts';
import { errorLines, paintStatus, stepRows } from '../output/run-status.ts';
import { line, safe } from '../output/safe.ts';
import { table } from '../output/table.ts';
import { ago, duration, instant } from '../output/times.ts';
import type { Session } from '../session.ts';
import { wholeHistory } from '../whole-history.ts';
import { follow } from './follow.ts';

export function addRuns(program: Command, session: (command: Command) => Session): void {
  program
    .command('runs')
    .summary('list runs')
    .description('List runs, newest change first.')
    .addOption(new Option('-s, --status <status>', 'only runs of this status').choices(RUN_STATUSES))
    .option('--workflow <name>', 'only runs of this workflow')
    .option('-n, --limit <count>', 'at most so many, up to 1000', limit, 20)
    .option('--cursor <cursor>', 'the page that another page pointed to')
    .action(async ({ status, workflow, limit, cursor }: { status?: RunStatus; workflow?: string; limit: number; cursor?: string }, command: Command) => {
      const called = session(command);
      const nowMs = called.world.nowMs();
      const list = await called.client.list({ limit, ...(status !== undefined && { status }), ...(workflow !== undefined && { workflow }), ...(cursor !== undefined && { cursor }) });
      called.answer(list, () => {
        if (list.runs.length === 0) return 'No runs. Start one with: baton start WORKFLOW';
        const rows = list.runs.map((run) => [run.runId, run.workflow, paintStatus(run.status, called.style), run.error?.name ?? run.currentState ?? '', duration((run.endedMs ?? nowMs) - run.startedMs), ago(run.updatedMs, nowMs)]);
        return `${table(['RUN', 'WORKFLOW', 'STATUS', 'AT', 'TOOK', 'CHANGED'], rows)}${list.nextCursor === undefined ? '' : `\n${called.style.quiet(`More with: --cursor ${list.nextCursor}`)}`}`;
      });
    });

  program
    .command('describe')
    .summary('show one run')
    .description('Show a run: its steps, its data or its error.')
    .argument('<run>', 'id of the run')
    .action(async (runId: string, _options: unknown, command: Command) => {
      const called = session(command);
      const run = await called.client.get(runId);
      const { style, world } = called;
      called.answer(run, () =>
        [
          `${style.strong(safe(run.workflow))} ${run.runId}  ${paintStatus(run.status, style)}`,
          style.quiet(`version ${run.def.ver} (${run.def.hash.slice(0, 12)}), started ${instant(run.startedMs)} by ${run.via}, ${run.endedMs === undefined ? `running for ${duration(world.nowMs() - run.startedMs)}` : `took ${duration(run.endedMs - run.startedMs)}`}${run.traceId === undefined ? '' : `, trace ${run.traceId}`}`),
          ...(run.continues === undefined ? [] : [style.quiet(`number ${run.continues.number} of a chain, goes on for ${run.continues.runId}, first was ${run.continues.first}`)]),
          ...(run.continuedAs === undefined ? [] : [style.quiet(`has gone on as ${run.continuedAs}`)]),
          ...(run.parent === undefined ? [] : [style.quiet(`started by ${run.parent.runId}, step ${run.parent.stepId}`)]),
          ...stepRows(run, world.nowMs(), style),
          ...errorLines(run, style),
          ...(run.ending === undefined ? [] : [`ends     ${run.ending.as}${run.ending.error === undefined ? '' : `, ${safe(run.ending.error.name)}`}, once this is undone`]),
          ...(run.compensations === undefined ? [] : [`undo     ${run.compensations.map(({ state, status }) => `${safe(state)} (${status})`).join(', ')}`]),
          ...(run.signals === undefined ? [] : [`signals  ${run.signals.map(({ id, name }) => `${safe(name)} (${line(id, 60)})`).join(', ')}`]),
          ...(run.output === undefined ? documentLines('data  ', run.data, `baton describe ${run.runId} --json`, style) : documentLines('output', run.output, `baton describe ${run.runId} --json`, style)),
        ].join('\n'),
      );
    });

  program
    .command('watch')
    .summary('follow a run to its end')
    .description('Follow a run to its end: step, attempt, time, progress. Ends with 3 where the run failed. With --json the run as it ended.')
    .argument('<run>', 'id of the run')
    .action((runId: string, _options: unknown, command: Command) => follow(session(command), runId));

  program
    .command('history')
    .summary('show what happened to a run')
    .description('Show every entry of the history of a run, oldest first.')
    .argument('<run>', 'id of the run')
    .option('--after <seq>', 'only entries with a larger number', wholeNumber('--after'), 0)
    .action(async (runId: string, { after }: { after: number }, command: Command) => {
      const called = session(command);
      const entries = await wholeHistory(called, runId, after);
      called.answer({ runId, entries }, () => table(['SEQ', 'TIME', 'CAUSE', 'EVENT', ''], entries.map((entry) => [String(entry.seq), instant(entry.tsMs), entry.cause, entry.event.type, gist(entry)])));
    });

  program
    .command('signal')
    .summary('tell a run something')
    .description('Send a signal to a run. A state that waits for its name takes it, else it is kept until one does.')
    .argument('<run>', 'id of the run')
    .argument('<name>', 'name of the signal')
    .option('-d, --data <json>', 'what the state gets: JSON, @file.json, or - for standard input', 'null')
    .option('--id <id>', 'id of the signal: the same id is the same signal')
    .action(async (runId: string, name: string, { data, id }: { data: string; id?: string }, command: Command) => {
      const called = session(command);
      const answer = await called.client.signal(runId, name, await readJsonArgument('--data', data, called.world), id === undefined ? {} : { id });
      called.answer(answer, () => `${answer.name} ${answer.status} (${safe(answer.id)})`);
    });

  program
    .command('cancel')
    .summary('ask a run to stop')
    .description('Ask a run to stop. Its step is told to give up; what the run has done is undone where its definition says how. A run that is parked while it undoes is given up; see `baton compensation` to go on with it.')
    .argument('<run>', 'id of the run')
    .option('-r, --reason <text>', 'why, for the history')
    .action(async (runId: string, { reason }: { reason?: string }, command: Command) => {
      const called = session(command);
      const answer = await called.client.cancel(runId, reason);
      called.answer(answer, () => `${answer.runId} ${answer.status}`);
    });
}

/** The fields of an event that tell one from another, without payloads. */
function gist({ event }: HistoryEntry): string {
  const known = event as Record<string, unknown>;
  const parts = ['state', 'name', 'title', 'id', 'child', 'next', 'workflow', 'attempt', 'outcome', 'service', 'step', 'worker', 'of', 'requestId', 'by', 'reason'].flatMap((name) => (typeof known[name] === 'string' || typeof known[name] === 'number' ? [`${name}=${known[name]}`] : []));
  const error = known['error'] as { name?: string; message?: string } | undefined;
  if (error?.name !== undefined) parts.push(`${error.name}: ${error.message ?? ''}`);
  return line(parts.join(' '), 120);
}

export const wholeNumber = (option: string) => (text: string): number => {
  if (!/^\d{1,12}$/.test(text)) throw usage(`${option} expects a whole number, but found ${JSON.stringify(text)}`);
  return Number(text);
};

export function limit(text: string): number {
  const count = wholeNumber('--limit')(text);
  if (count < 1 || count > 1_000) throw usage(`--limit expects 1 to 1000, but found ${count}`);
  return count;
}
