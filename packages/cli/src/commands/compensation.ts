import type { CompensationResponse } from '@baton/contracts';
import type { Command } from 'commander';
import { usage } from '../failure.ts';
import { safe } from '../output/safe.ts';
import type { Session } from '../session.ts';

interface Options {
  readonly reason?: string;
  readonly by?: string;
  readonly id?: string;
}

export function addCompensation(program: Command, session: (command: Command) => Session): void {
  const compensation = program.command('compensation').summary('go on with what could not be undone').description('Go on with a run that is parked since it could not undo a step. `baton describe RUN` says which one.');
  const action = (name: string, texts: { readonly summary: string; readonly description: string; readonly reason: string }): Command =>
    compensation
      .command(name)
      .summary(texts.summary)
      .description(texts.description)
      .argument('<run>', 'id of the run')
      .option('-r, --reason <text>', texts.reason)
      .option('--by <who>', 'who does it, for people')
      .option('--id <id>', 'id of the request: the same id is the same request');

  action('retry', { summary: 'try it again', description: 'Try again what could not be undone, under the idempotency key that it had; then the rest is undone.', reason: 'why, for the history' })
    .argument('[step]', 'what is meant, so that nothing else is: the name of the state')
    .action(async (runId: string, step: string | undefined, options: Options, command: Command) => {
      const called = session(command);
      say(called, await called.client.retryCompensation(runId, { ...options, ...(step !== undefined && { step }) }));
    });
  action('skip', { summary: 'leave it as it is', description: 'Leave as it is what could not be undone: somebody has done it by hand, or nobody will. The rest is undone.', reason: 'why, for the history; it is needed' })
    .argument('<step>', 'what is meant: the name of the state')
    .action(async (runId: string, step: string, { reason, ...options }: Options, command: Command) => {
      const called = session(command);
      if (reason === undefined) throw usage('Expected --reason: who reads the history has to know why it was not undone', `baton compensation skip ${runId} ${step} --reason "cancelled by phone"`);
      say(called, await called.client.skipCompensation(runId, { ...options, step, reason }));
    });
}

const say = (called: Session, answer: CompensationResponse): void => called.answer(answer, () => `${answer.runId} ${answer.status} (${safe(answer.id)})`);
