export * from './conductor.ts';
export { DEFAULT_LANE_OPTIONS, type LaneOptions } from './lane/options.ts';
export { carriesImage } from './lane/batch.ts';
export type { LaneState } from './lane/lane.ts';
export { timerMessage } from './timer-message.ts';
export { withDeadline, pause } from './deadline.ts';
export { acceptInbox, consumedInbox, forgetRuns, type Mending } from './mending.ts';
export { restorations, wayBack, type Restoration, type RestorePorts } from './restore.ts';
export { BrokenSequence } from './lane/fold.ts';
