/** Where the time of a run went, from its history: no backend of traces is asked. */
import type { RunView } from '@baton/contracts';
import { Option, type Command } from 'commander';
import { paintStatus } from '../output/run-status.ts';
import { safe } from '../output/safe.ts';
import type { Style } from '../output/style.ts';
import { duration, instant } from '../output/times.ts';
import { usage } from '../failure.ts';
import type { Session } from '../session.ts';
import { legend, scale, timelineRows, type Frame } from '../trace/draw.ts';
import { timelineOf, type StateSpan, type Timeline } from '../trace/timeline.ts';
import { wholeHistory } from '../whole-history.ts';
import { wholeNumber } from './runs.ts';

interface Options {
  readonly limit: number;
  readonly state?: string;
  readonly sort: 'time' | 'longest';
}

const DEFAULT_COLUMNS = 120;

export function addTrace(program: Command, session: (command: Command) => Session): void {
  program
    .command('trace')
    .summary('show where the time of a run went')
    .description('Draw a run as a timeline: each state with its attempts, what was queued, in service, in backoff and waiting, and branches below what opened them. Read from its history, so it needs no backend of traces; of a run that goes on, until now.')
    .argument('<run>', 'id of the run')
    .option('-n, --limit <count>', 'at most so many states', wholeNumber('--limit'), 200)
    .option('--state <name>', 'only states of this name')
    .addOption(new Option('--sort <order>', 'as they happened, or the longest first').choices(['time', 'longest']).default('time'))
    .action(async (runId: string, { limit, state, sort }: Options, command: Command) => {
      const called = session(command);
      if (limit === 0) throw usage('--limit expects at least 1, but found 0');
      const run = await called.client.get(runId);
      const nowMs = Math.max(called.world.nowMs(), run.updatedMs);
      const endMs = run.endedMs ?? nowMs;
      const { states, totals, unplaced } = timelineOf(await wholeHistory(called, runId, 0), endMs);
      const wanted = sorted(state === undefined ? states : states.filter((one) => one.state === state), sort, endMs);
      const link = traceLink(called, run);
      const { workflow, status, startedMs, endedMs, traceId } = run;
      called.answer({ runId, workflow, status, startedMs, ...(endedMs !== undefined && { endedMs }), ...(traceId !== undefined && { traceId }), ...(link !== undefined && { link }), totals, unplaced, states: wanted }, () => {
        const frame: Frame = { startMs: startedMs, endMs, columns: called.world.stdout.columns ?? DEFAULT_COLUMNS, style: called.style };
        const shown = wanted.slice(0, limit);
        return [
          ...head(run, totals, frame),
          ...(shown.length === 0 ? [state === undefined ? 'It has entered no state yet.' : `It has entered no state ${JSON.stringify(state)}.`] : [legend(frame), scale(frame), ...timelineRows(shown, frame)]),
          ...(shown.length < wanted.length ? [frame.style.quiet(`… ${wanted.length - shown.length} more states; see them with --limit ${wanted.length}, or choose with --state or --sort longest`)] : []),
          ...(unplaced === 0 ? [] : [frame.style.quiet(`${unplaced} events belong to states whose beginning the view does not hold`)]),
          ...(link === undefined ? [] : [`Spans: ${link}`]),
        ].join('\n');
      });
    });
}

function sorted(states: readonly StateSpan[], sort: Options['sort'], nowMs: number): readonly StateSpan[] {
  const tookMs = ({ startMs, endMs = nowMs }: StateSpan): number => endMs - startMs;
  return sort === 'time' ? states : [...states].sort((a, b) => tookMs(b) - tookMs(a));
}

function head(run: RunView, { queuedMs, inServiceMs, backoffMs, waitingMs }: Timeline['totals'], { endMs, style }: Frame): string[] {
  const took = duration(endMs - run.startedMs);
  const parts = ([['queued', queuedMs], ['in service', inServiceMs], ['backoff', backoffMs], ['waiting', waitingMs]] as const).filter(([, ms]) => ms > 0).map(([name, ms]) => `${name} ${duration(ms)}`);
  return [
    `${style.strong(safe(run.workflow))} ${run.runId}  ${paintStatus(run.status, style)}  ${style.quiet(`started ${instant(run.startedMs)}, ${run.endedMs === undefined ? `running for ${took}` : `took ${took}`}${run.traceId === undefined ? '' : `, trace ${run.traceId}`}`)}`,
    ...(parts.length === 0 ? [] : [style.quiet(`${parts.join(', ')}${hasBranches(run) ? ' (all branches together)' : ''}`)]),
    ...reason(run, style),
  ];
}

const hasBranches = ({ steps }: RunView): boolean => steps.some(({ branch }) => branch !== undefined);

const reason = ({ error }: RunView, style: Style): string[] => (error === undefined ? [] : [style.bad(`${safe(error.name)}: ${safe(error.message)}`)]);

/** Where a backend of traces shows it, as BATON_TRACE_URL says. */
function traceLink({ world }: Session, { traceId }: RunView): string | undefined {
  const pattern = (world.env['BATON_TRACE_URL'] ?? '').trim();
  if (pattern === '' || traceId === undefined) return undefined;
  return pattern.includes('{traceId}') ? pattern.replaceAll('{traceId}', traceId) : `${pattern.replace(/\/+$/, '')}/trace/${traceId}`;
}
