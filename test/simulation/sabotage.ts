/**
 * Protections that can be taken away, in the simulator alone: by giving the engine ports, or a `decide`, that do not protect.
 * How the removal of each is noticed stands in `teeth.ts`.
 */
export const PROTECTIONS = [
  // The guards of the view's scripts.
  'view-apply-epoch-guard',
  'view-claim-epoch-guard',
  'view-claim-over-guard',
  'view-contiguity-guard',
  'view-load-guard',
  'view-no-meta-guard',
  'view-position-guard',
  'view-seq-guard',
  // What the lane does with log, view and bus.
  'carried-end-check',
  'checkpoint-whole-check',
  'commands-after-commit',
  'contiguity-check',
  'epoch-in-history',
  'inbox-contiguity',
  'letters-before-position',
  'messages-after-commit',
  'messages-resend',
  'outbox-republish',
  'position-from-history',
  'rebuild-check',
  'reclaim-after-doubt',
  'sweeper',
  'view-after-commit',
  'view-check',
  // What `decide` looks at.
  'attempt-check',
  'end-check',
  'idempotent-start',
  'park-check',
  'ending-settled',
  'undone-once',
  'undo-attempts',
  'request-memory',
  'signal-memory',
  'stable-idempotency-key',
  'start-conflict-check',
  'step-check',
  'task-token',
  'timer-due-check',
  'timer-version-check',
  // What the step SDK remembers.
  'worker-dedup',
] as const;
export type Protection = (typeof PROTECTIONS)[number];
export type Without = ReadonlySet<Protection>;
