/** Watching a run to its end, for `watch` and `start --watch`. */
import type { RunView } from '@baton/contracts';
import { EXIT } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import { documentLines } from '../output/document.ts';
import { plainProgress, redrawnProgress } from '../output/progress.ts';
import { errorLines } from '../output/run-status.ts';
import type { Session } from '../session.ts';

/** Follows the run, and what it goes on as, to the end of the last. */
export async function follow(session: Session, runId: string): Promise<void> {
  const last = await followOne(session, runId);
  if (last.continuedAs === undefined) return tellEnd(session, last);
  session.note(`${session.style.quiet('goes on as')} ${last.continuedAs}`);
  return follow(session, last.continuedAs);
}

async function followOne(session: Session, runId: string): Promise<RunView> {
  const { world, client, json, style } = session;
  const nowMs = () => world.nowMs();
  const progress = json ? undefined : world.stdout.isTTY === true ? redrawnProgress(world.stdout, style, nowMs) : plainProgress(world.stdout, nowMs);
  let run: RunView | undefined;
  try {
    for await (const update of client.watch(runId, { signal: world.signal })) {
      if (update.type !== 'run') continue;
      run = update.run;
      progress?.show(run);
      if (run.status === 'blocked') break;
    }
  } catch (error) {
    if (!world.signal.aborted) throw error;
    throw new Failure(`Stopped watching; the run ${runId} goes on`, { exit: EXIT.interrupted, code: 'interrupted', next: `Watch it again with: baton watch ${runId}` });
  } finally {
    progress?.end();
  }
  return run ?? (await client.get(runId));
}

function tellEnd(session: Session, last: RunView): void {
  session.exit(last.status === 'completed' ? EXIT.ok : EXIT.runFailed);
  if (session.json) session.answer(last, () => '');
  else session.world.stdout.write(`${ending(last, session).join('\n')}\n`);
}

function ending(run: RunView, { client, style }: Session): string[] {
  const blocked = run.status === 'blocked' ? [run.ending === undefined ? 'The run is parked after a message that could not be processed; see: baton dlq list' : `The run is parked: undo by hand what is not undone, then end it with: baton cancel ${run.runId}`] : [];
  const output = run.status === 'completed' && run.output !== undefined ? documentLines('output', run.output, `baton describe ${run.runId} --json`, style) : [];
  return ['', ...errorLines(run, style), ...blocked, ...output, `${style.quiet('run')}     ${client.baseUrl}/v1/runs/${run.runId}`];
}
