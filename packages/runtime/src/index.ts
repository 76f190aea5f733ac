export * from './conductor.ts';
export { DEFAULT_LANE_OPTIONS, type LaneOptions } from './lane/options.ts';
export { carriesImage } from './lane/batch.ts';
export type { LaneState } from './lane/lane.ts';
export { timerMessage } from './timer-message.ts';
export { withDeadline, pause } from './deadline.ts';
