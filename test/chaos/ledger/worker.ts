/** The step service of the ledger as a process. It may be killed at any moment: what it does is in SQLite or did not happen. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AttemptAborted, BusinessError, defineStep, serve, type StepContext } from '@baton/step-sdk';
import { z } from 'zod';
import { openAccounts } from './accounts.ts';
import { CLEARING, fateOf, SERVICE, transfer, TransferInput } from './transfer.ts';

const accounts = openAccounts(process.argv[2]!);
const nothing = z.object({});

/** The payee's bank says no, and would say it again. */
class Refused extends BusinessError {}

const keyOf = ({ runId, stepId, attempt }: StepContext): string => `${runId}/${stepId}/${attempt}`;

function begin(step: string, ctx: StepContext): void {
  const { runId, attempt, idempotencyKey } = ctx;
  accounts.executed({ key: keyOf(ctx), idem: idempotencyKey, runId, step, attempt, pid: process.pid, atMs: Date.now() });
}

const moving = (step: string, sides: (input: TransferInput) => { readonly from: string; readonly to: string }, refuses: (input: TransferInput) => boolean = () => false) =>
  defineStep({
    name: step,
    input: TransferInput,
    output: nothing,
    run(input, ctx) {
      begin(step, ctx);
      const fate = fateOf(input.luck, step, ctx.attempt);
      if (fate === 'fails-before') throw new Error('The bank did not answer');
      if (refuses(input)) throw new Refused('The account is closed');
      accounts.move({ idem: ctx.idempotencyKey, runId: ctx.runId, what: step, cents: input.cents, ...sides(input) });
      if (fate === 'fails-after') throw new Error('The connection broke before the bank answered');
      return {};
    },
  });

/** Takes its time and says that it is alive; it moves nothing. */
const settle = defineStep({
  name: 'settle',
  input: TransferInput,
  output: nothing,
  async run({ settleMs }, ctx) {
    begin('settle', ctx);
    try {
      await sleep(settleMs, undefined, { signal: ctx.signal });
    } catch (error) {
      const { reason } = ctx.signal;
      if (reason instanceof AttemptAborted && reason.why === 'lease-lost') accounts.gaveUp({ key: keyOf(ctx), pid: process.pid });
      throw error;
    }
    return {};
  },
});

await serve({
  service: SERVICE,
  concurrency: 50,
  steps: [
    moving('debit', ({ from }) => ({ from, to: CLEARING })),
    settle,
    moving('credit', ({ to }) => ({ from: CLEARING, to }), ({ refused }) => refused),
    moving('refund', ({ from }) => ({ from: CLEARING, to: from })),
  ],
  workflows: [transfer],
});
