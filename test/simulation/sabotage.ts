/** Protections that can be taken away, in the simulator alone: by giving the engine ports that do not protect. */
export const PROTECTIONS = [
  'view-epoch-guard',
  'view-contiguity-guard',
  'view-seq-guard',
  'view-since-guard',
  'contiguity-check',
  'epoch-in-history',
  'outbox-republish',
  'position-from-history',
  'rebuild-check',
  'sweeper',
  'task-token',
] as const;
export type Protection = (typeof PROTECTIONS)[number];
export type Without = ReadonlySet<Protection>;
