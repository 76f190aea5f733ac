/** For each protection: the invariants by which the simulator notices that it is gone. The page docs/internals/simulation.md says the same; a test compares. */
import type { Protection } from './sabotage.ts';

/** A world that shows a violation shows one of these. */
export const TEETH: Readonly<Record<Protection, readonly string[]>> = {
  'view-apply-epoch-guard': ['I15'],
  'view-claim-epoch-guard': ['I15'],
  'view-claim-over-guard': ['I2', 'I3', 'I5', 'I13'],
  'view-contiguity-guard': ['I2', 'I3', 'I5', 'I6', 'I13'],
  'view-load-guard': ['I3', 'I4', 'I13'],
  'view-no-meta-guard': ['I2', 'I3', 'I5', 'I13'],
  'view-position-guard': ['I5'],
  'view-seq-guard': ['I3', 'I5'],
  'carried-end-check': ['I1', 'I2', 'I3', 'I5', 'I13'],
  'checkpoint-whole-check': ['I1', 'I2', 'I3', 'I5', 'I13'],
  'commands-after-commit': ['I7'],
  'contiguity-check': ['I5', 'I7'],
  'epoch-in-history': ['I3', 'I5', 'I7'],
  'inbox-contiguity': ['I1', 'I2', 'I4', 'I13'],
  'letters-before-position': ['I13'],
  'messages-after-commit': ['I7'],
  'messages-resend': ['I1', 'I2', 'I7'],
  'outbox-republish': ['I7'],
  'position-from-history': ['I1', 'I2'],
  'rebuild-check': ['I1', 'I2', 'I5'],
  'reclaim-after-doubt': ['I3', 'I6'],
  sweeper: ['I2'],
  'view-after-commit': ['I5'],
  'view-check': ['I5'],
  'attempt-check': ['I4'],
  'end-check': ['I8'],
  'idempotent-start': ['I1'],
  'park-check': ['I4', 'I9', 'I13'],
  'ending-settled': ['I6', 'I13', 'I16'],
  'undone-once': ['I16'],
  'undo-attempts': ['I4'],
  'request-memory': ['I6', 'I13'],
  'signal-memory': ['I6', 'I13'],
  'stable-idempotency-key': ['I11'],
  'start-conflict-check': ['I13'],
  'step-check': ['I4'],
  'task-token': ['I4', 'I13'],
  'timer-due-check': ['I10'],
  'timer-version-check': ['I10'],
  'worker-dedup': ['I12'],
};

/** Seeds from 1 on. */
export const WITHIN_SEEDS = 1_000;
