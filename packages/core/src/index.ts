export * from './block.ts';
export * from './decide.ts';
export * from './decision.ts';
export * from './evolve.ts';
export { backoffMs } from './states/retry.ts';
export { DEFAULT_HEARTBEAT_SECONDS } from './states/task.ts';
export { matchesWildcard } from './data/choice-rule.ts';
export * from './transition.ts';
export { publishedBy } from './lifecycle.ts';
