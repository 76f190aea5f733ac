/**
 * Named moments at which a process may end: before and after each call whose loss or repetition the protocol has to survive.
 *
 * They are published on a diagnostics channel and do nothing by themselves. Tests bring a subscriber along that ends the
 * process, or lets it stand still, at one of them (test/crash); without one a point costs a comparison.
 * docs/internals/crash-points.md says which moment of the protocol each of them is.
 */
import { channel } from 'node:diagnostics_channel';

export const CRASH_POINT_CHANNEL = 'baton:crash-point';

/** The calls; each has a point before it and one after it. */
export const CRASH_POINT_CALLS = [
  // The orchestrator, at its ports.
  'history.append.claim',
  'history.append.batch',
  'history.append.mark',
  'history.append.images',
  'history.append.carried',
  'history.read',
  'view.claim',
  'view.load',
  'view.apply',
  'view.scan',
  'bus.publish',
  'dead-letters.put',
  'wake-ups.schedule',
  'wake-ups.due',
  'inbox.records',
  'inbox.seek',
  'inbox.commit',
  'inbox.send',
  'checkpoints.begin',
  'checkpoints.add',
  'checkpoints.commit',
  'checkpoints.whole',
  'checkpoints.runs',
  // Its checkpoints, on the disk.
  'checkpoint.file.write',
  'checkpoint.file.rename',
  'checkpoint.file.remove',
  // A step service.
  'step.perform',
  'step.answer',
  'step.heartbeat',
  // The gateway.
  'door.send',
  'door.request',
] as const;
export type CrashPointCall = (typeof CRASH_POINT_CALLS)[number];
export type CrashPoint = `${CrashPointCall}:${'before' | 'after'}`;

const points = channel(CRASH_POINT_CHANNEL);

/** Whether anybody would be told. Whoever would have to wrap a port for it looks here first, once, at its start. */
export const crashPointsAreWatched = (): boolean => points.hasSubscribers;

export function crashPoint(point: CrashPoint): void {
  if (points.hasSubscribers) points.publish({ point });
}

/** The point after it is passed where the call succeeds. */
export async function betweenCrashPoints<T>(call: CrashPointCall, work: () => Promise<T>): Promise<T> {
  crashPoint(`${call}:before`);
  const result = await work();
  crashPoint(`${call}:after`);
  return result;
}
