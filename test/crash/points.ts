/**
 * The crash points C0 to C40 of the commit protocol: where in our processes each of them lies and how it is hit there, or,
 * where it is no end of a process, what provokes it instead. docs/internals/crash-points.md is written from this table.
 */
import type { CrashPoint } from '@baton/platform-kit';
import type { WirePoint } from './wire-points.ts';

export const HOWS = ['exit', 'SIGKILL', 'SIGSTOP'] as const;
/** How a process ends at a point: `process.exit`, killed, or standing still for a while and going on as if nothing had been. */
export type How = (typeof HOWS)[number];
export type Role = 'orchestrator' | 'worker' | 'gateway';
export type PointName = CrashPoint | WirePoint;

export interface Place {
  readonly role: Role;
  readonly point: PointName;
  /** Default: each of the three. */
  readonly hows?: readonly How[];
  /** At which passing it is hit. Default 1. */
  readonly nth?: number;
  /**
   * How long SIGSTOP lasts. `session` (default): until others have taken over. `deadline`: longer than its own calls may take,
   * so that it gives up what was answered while it stood still.
   */
  readonly still?: 'session' | 'deadline';
  /** Nobody is there to take over. */
  readonly alone?: true;
  /** What else goes on, so that it is reached. */
  readonly amid?: Amid;
}

/**
 * `bursts`: so many runs move at once that one write to the view takes several calls. `carrying`: runs are carried forward every
 * few seconds. `restoring`: that too, and views are dropped, so that they are built again from what was carried.
 */
export type Amid = 'bursts' | 'carrying' | 'restoring';

export interface Moment {
  readonly id: `C${number}`;
  /** What has happened by then. */
  readonly what: string;
  readonly places: readonly Place[];
  /** Where it is not, or not only, hit by the end of a process: why, and what provokes it. */
  readonly otherwise?: string;
}

const deadly: readonly How[] = ['exit', 'SIGKILL'];
const still: readonly How[] = ['SIGSTOP'];
const at = (role: Role, ...points: readonly PointName[]): Place[] => points.map((point) => ({ role, point }));
/** In the middle of work rather than with its first batch. */
const later = (nth: number, ...points: readonly PointName[]): Place[] => at('orchestrator', ...points).map((place) => ({ ...place, nth }));
const amid = (amid: Amid, ...points: readonly PointName[]): Place[] => at('orchestrator', ...points).map((place) => ({ ...place, amid }));

export const MOMENTS: readonly Moment[] = [
  { id: 'C0', what: 'fetched, not decided', places: later(2, 'inbox.records:before', 'inbox.records:after', 'view.load:before', 'view.load:after') },
  { id: 'C1', what: 'decided, not sent to the history', places: later(2, 'history.append.batch:before') },
  { id: 'C2', what: 'the append was handed over and never left the process', places: [{ role: 'orchestrator', point: 'wire.history.batch:unsent', nth: 2, hows: deadly }], otherwise: 'lost on the network: `request-lost` of the simulator' },
  { id: 'C3', what: 'appended, the acknowledgement came too late, the process lives', places: [{ role: 'orchestrator', point: 'wire.history.batch:sent', nth: 2, hows: still, still: 'deadline' }] },
  { id: 'C4', what: 'appended, the process does not live to see it', places: [{ role: 'orchestrator', point: 'wire.history.batch:sent', nth: 2, hows: deadly }, ...later(2, 'wire.history.batch:answered')] },
  { id: 'C5', what: 'the append arrives after another has claimed', places: [{ role: 'orchestrator', point: 'wire.history.batch:unsent', nth: 2, hows: still }] },
  { id: 'C6', what: 'the append arrives after it was given up, before the own next claim', places: [{ role: 'orchestrator', point: 'wire.history.batch:unsent', nth: 2, hows: still, still: 'deadline', alone: true }] },
  { id: 'C7', what: 'in the history, not in the view', places: later(2, 'history.append.batch:after', 'bus.publish:before', 'view.apply:before') },
  { id: 'C8', what: 'in the middle of a write to the view', places: amid('bursts', 'wire.view.part:unsent', 'wire.view.part:sent', 'wire.view.part:answered') },
  { id: 'C9', what: 'the view was asked to apply, nobody knows whether it did', places: [...later(2, 'wire.view.apply:unsent', 'wire.view.apply:answered'), { role: 'orchestrator', point: 'wire.view.apply:sent', nth: 2, still: 'deadline' }] },
  { id: 'C10', what: 'in the view, its commands are not out', places: later(2, 'view.apply:after', 'wire.bus:unsent') },
  { id: 'C11', what: 'its commands may be out', places: later(2, 'wire.bus:sent', 'wire.bus:answered') },
  { id: 'C12', what: 'its commands are out, the position is not written', places: [...later(2, 'bus.publish:after', 'inbox.commit:before', 'inbox.commit:after'), ...at('orchestrator', 'wire.positions:sent', 'wire.positions:answered', 'history.append.mark:before', 'history.append.mark:after')] },
  { id: 'C13', what: 'the position is refused: the group has gone on without it', places: at('orchestrator', 'wire.positions:unsent') },
  { id: 'C14', what: 'nobody knows whether the claim is in the history', places: [{ role: 'orchestrator', point: 'history.append.claim:before', hows: deadly }, { role: 'orchestrator', point: 'wire.history.claim:unsent', hows: deadly }, { role: 'orchestrator', point: 'wire.history.claim:sent', still: 'deadline' }, ...at('orchestrator', 'wire.history.claim:answered')] },
  { id: 'C15', what: 'claimed, in the middle of recovery', places: at('orchestrator', 'history.append.claim:after', 'history.read:before', 'history.read:after', 'view.claim:before', 'view.claim:after', 'inbox.seek:before', 'inbox.seek:after') },
  { id: 'C16', what: 'two claim: the former owner wakes up and claims after the new one', places: [{ role: 'orchestrator', point: 'history.append.claim:before', hows: still }, { role: 'orchestrator', point: 'wire.history.claim:unsent', hows: still }] },
  { id: 'C17', what: 'a process stands still beyond its session and goes on', places: [], otherwise: 'each place in this table, by SIGSTOP' },
  { id: 'C18', what: 'the view is wiped', places: [], otherwise: 'a fault of Redis: `test/e2e/outages.test.ts` brings it back empty, the simulator wipes it at every call' },
  { id: 'C19', what: 'a replica that lags is promoted', places: [], otherwise: 'a fault of Redis: `view-failover` of the simulator' },
  { id: 'C20', what: 'Redis is away for long', places: [], otherwise: 'a fault of Redis: `test/e2e/outages.test.ts`' },
  { id: 'C21', what: 'a wake-up is lost, late or doubled', places: at('orchestrator', 'wake-ups.schedule:before', 'wake-ups.schedule:after', 'wake-ups.due:before', 'wake-ups.due:after', 'inbox.send:before', 'inbox.send:after'), otherwise: 'all of them lost: `packages/runtime/src/conductor.test.ts`' },
  { id: 'C22', what: 'a step has its command and no effect', places: at('worker', 'step.perform:before') },
  { id: 'C23', what: 'a step has its effect, nothing knows of it', places: at('worker', 'step.perform:after') },
  { id: 'C24', what: 'the answer is there and has not left', places: at('worker', 'step.answer:before', 'wire.inbox:unsent'), otherwise: 'answers are remembered within the process alone, so a repetition in another one performs the step again, under the same idempotency key' },
  { id: 'C25', what: 'answered, or leased, and the position is not written', places: at('worker', 'step.answer:after', 'wire.inbox:sent', 'wire.inbox:answered', 'step.heartbeat:before', 'step.heartbeat:after', 'wire.positions:unsent', 'wire.positions:sent', 'wire.positions:answered') },
  { id: 'C26', what: 'the door was asked, nobody knows whether the start is in the inbox', places: at('gateway', 'door.send:before', 'wire.inbox:unsent', 'wire.inbox:sent', 'door.request:before') },
  { id: 'C27', what: 'the start is in the inbox, the caller does not know', places: at('gateway', 'door.send:after', 'wire.inbox:answered', 'door.request:after', 'wire.positions:unsent', 'wire.positions:sent', 'wire.positions:answered') },
  { id: 'C28', what: 'nobody knows whether the dead letter is written', places: at('orchestrator', 'dead-letters.put:before', 'dead-letters.put:after'), otherwise: 'refused by Kafka: `services/gateway/src/request-intake.test.ts`, and `refused` of the simulator' },
  { id: 'C29', what: 'the history was cut', places: [], otherwise: 'a fault of the servers or of an operator: `packages/runtime/src/mending.test.ts`' },
  { id: 'C30', what: 'the inbox was cut', places: [], otherwise: 'a fault of the servers or of an operator: `test/e2e/divergence.test.ts`' },
  { id: 'C31', what: 'deciding throws', places: [], otherwise: 'nothing ends: `test/e2e/poison.test.ts`' },
  { id: 'C32', what: 'the disk of the brokers is full', places: [], otherwise: 'a fault of the servers; to us each send fails, as in the outage of Kafka in `test/e2e/outages.test.ts`' },
  { id: 'C33', what: 'the claim of a carry-forward is there, and nothing else of it', places: amid('carrying', 'checkpoints.begin:before', 'checkpoints.begin:after', 'view.scan:before', 'view.scan:after') },
  { id: 'C34', what: 'in the middle of a carry-forward: images without an end', places: amid('carrying', 'history.append.images:before', 'wire.history.images:unsent', 'wire.history.images:sent', 'wire.history.images:answered', 'history.append.images:after') },
  { id: 'C35', what: 'every image is in the history, nobody knows whether the end is', places: amid('carrying', 'history.append.carried:before', 'wire.history.carried:unsent', 'wire.history.carried:sent', 'wire.history.carried:answered') },
  { id: 'C36', what: 'carried forward in the history, not in a checkpoint', places: amid('carrying', 'history.append.carried:after', 'checkpoints.commit:before') },
  { id: 'C37', what: 'the file of a checkpoint is half written', places: amid('carrying', 'checkpoints.add:before', 'checkpoints.add:after', 'checkpoint.file.write:before', 'checkpoint.file.write:after') },
  { id: 'C38', what: 'the file of a checkpoint is written and has not got its name', places: amid('carrying', 'checkpoint.file.rename:before') },
  { id: 'C39', what: 'the checkpoint is there; older ones are too, and the view does not say so yet', places: amid('carrying', 'checkpoint.file.rename:after', 'checkpoint.file.remove:before', 'checkpoint.file.remove:after', 'checkpoints.commit:after') },
  {
    id: 'C40',
    what: 'in the middle of building a view from what was carried forward',
    places: [...amid('restoring', 'checkpoints.whole:before', 'checkpoints.whole:after', 'checkpoints.runs:after'), { role: 'orchestrator', point: 'checkpoints.runs:before', nth: 2, amid: 'restoring' }],
    otherwise: 'from images, where no checkpoint is left: the simulator, at each of its reads',
  },
];

/** One way in which one process ends. */
export interface Case extends Omit<Place, 'hows' | 'nth' | 'still'> {
  readonly moment: Moment['id'];
  readonly how: How;
  readonly nth: number;
  readonly still: 'session' | 'deadline';
}

export const CASES: readonly Case[] = MOMENTS.flatMap(({ id, places }) =>
  places.flatMap(({ hows = HOWS, nth = 1, still: length = 'session', ...place }) => hows.map((how) => ({ ...place, moment: id, how, nth, still: how === 'SIGSTOP' ? length : ('session' as const) }))),
);

export const nameOf = ({ moment, role, point, how }: Case): string => `${moment} ${role} ${point} ${how}`;
