/** A transfer between two accounts as a workflow, and what must become of each one: the same for load, workers and checks. Pure. */
import { workflow } from '@baton/workflow';
import { z } from 'zod';

export const SERVICE = 'ledger';
export const TRANSFER = 'transfer';
/** Between debit and credit an amount lies here. */
export const CLEARING = 'clearing';

export const TransferInput = z.object({
  from: z.string(),
  to: z.string(),
  cents: z.int().min(1),
  /** Of all chance in its steps. */
  luck: z.int().nonnegative(),
  /** The bank of the payee refuses it for good: the amount goes back. */
  refused: z.boolean(),
  /** Between debit and credit. */
  restSeconds: z.int().min(0),
  /** Of the step that takes long. */
  settleMs: z.int().nonnegative(),
});
export type TransferInput = z.infer<typeof TransferInput>;

/** How an attempt fares by its luck, which no process and no repetition changes. */
export type Fate = 'fails-before' | 'fails-after' | 'succeeds';

/** Three in ten attempts fail, half of them when the amount has moved already; later attempts have it easier. */
export function fateOf(luck: number, step: string, attempt: number): Fate {
  if (attempt > 3) return 'succeeds';
  const roll = mixed(`${luck}/${step}/${attempt}`) % 20;
  return roll < 3 ? 'fails-before' : roll < 6 ? 'fails-after' : 'succeeds';
}

/** FNV-1a, with its bits mixed once more. */
function mixed(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

const often = { max_retries: 60, timeout_seconds: 60, retry_backoff: { type: 'exponential', base_seconds: 0.5, factor: 2, cap_seconds: 4, jitter: 'equal' } } as const;

/** Steps keep the run's data: each drops its output. A beat that is missed for six seconds opens the next attempt of `settle`. */
export const transfer = workflow(TRANSFER, { service: SERVICE, defaults: often })
  .step('debit', { resultPath: null })
  .wait('rest', { secondsPath: '$.restSeconds' })
  .step('settle', { resultPath: null, heartbeatSeconds: 6 })
  .step('credit', { resultPath: null, catch: [{ ErrorEquals: ['Refused'], Next: 'refund', ResultPath: null }] })
  .succeed('done')
  .step('refund', { resultPath: null })
  .fail('refunded', { error: 'Refunded', cause: 'The bank of the payee refused the transfer; the amount went back' })
  .build();

/** What a run that nobody cancels must have moved, and how it must end. */
export const outcomeOf = ({ refused }: Pick<TransferInput, 'refused'>): { readonly status: 'completed' | 'failed'; readonly movements: readonly string[] } =>
  refused ? { status: 'failed', movements: ['debit', 'refund'] } : { status: 'completed', movements: ['debit', 'credit'] };
