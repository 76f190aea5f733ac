/** Watching a run to its end, for `watch` and `start --watch`. */
import type { RunView } from '@baton/contracts';
import { EXIT } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import { documentLines } from '../output/document.ts';
import { plainProgress, redrawnProgress } from '../output/progress.ts';
import { errorLines } from '../output/run-status.ts';
import type { Session } from '../session.ts';

export async function follow(session: Session, runId: string): Promise<void> {
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
  run ??= await client.get(runId);
  const last = run;
  session.exit(last.status === 'completed' ? EXIT.ok : EXIT.runFailed);
  if (json) session.answer(last, () => '');
  else world.stdout.write(`${ending(last, session).join('\n')}\n`);
}

function ending(run: RunView, { client, style }: Session): string[] {
  const blocked = run.status === 'blocked' ? ['The run is parked after a message that could not be processed; see: baton dlq list'] : [];
  const output = run.status === 'completed' && run.output !== undefined ? documentLines('output', run.output, `baton describe ${run.runId} --json`, style) : [];
  return ['', ...errorLines(run, style), ...blocked, ...output, `${style.quiet('run')}     ${client.baseUrl}/v1/runs/${run.runId}`];
}
