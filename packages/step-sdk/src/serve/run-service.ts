/** A step service on a given transport: publishes its workflows, takes commands, drains. No environment, no signals, no server. */
import type { Log } from '@baton/platform-kit';
import { untraced } from '@baton/platform-kit';
import type { Clock, CommandSubscription } from '@baton/ports';
import type { Workflow } from '@baton/workflow';
import type { AnyStep } from '../step.ts';
import { pause } from '../worker/deliver.ts';
import { Worker } from '../worker/worker.ts';
import { publishWorkflows } from './publish-workflows.ts';
import type { StepTransport } from './transport.ts';

export interface ServicePlan {
  readonly service: string;
  readonly steps: readonly AnyStep[];
  readonly workflows: readonly Workflow[];
  readonly allowBreakingInput: readonly string[];
  readonly transport: StepTransport;
  readonly clock: Clock;
  readonly log: Log;
  readonly worker: string;
  readonly concurrency: number;
  readonly leaseAfterMs: number;
  readonly graceMs: number;
  crashed(error: Error): void;
}

export interface RunningService {
  /** Attempts in this process. */
  readonly openAttempts: number;
  /** Takes nothing new, gives what is open the grace, hands back the rest, leaves the group. */
  stop(): Promise<void>;
}

/** How long a step may go on after its signal fired before it is given up. */
const ABORT_GRACE_MS = 5_000;
/** How long a step may take to end when the grace is over, before its attempt is handed back. */
const RELEASE_WAIT_MS = 2_000;
const LEAVE_MS = 10_000;

export async function runService(plan: ServicePlan): Promise<RunningService> {
  const { service, transport, clock, log } = plan;
  await untraced(() => publishWorkflows({ service, workflows: plan.workflows, allowBreakingInput: plan.allowBreakingInput, definitions: transport.definitions, log }));
  let subscription: CommandSubscription | undefined;
  let isFull = false;
  const worker = new Worker({
    service,
    worker: plan.worker,
    steps: plan.steps,
    inbox: transport.inbox,
    deadLetters: transport.deadLetters,
    blobs: transport.blobs,
    clock,
    log,
    concurrency: plan.concurrency,
    leaseAfterMs: plan.leaseAfterMs,
    abortGraceMs: ABORT_GRACE_MS,
    full(now) {
      isFull = now;
      if (now) subscription?.pause();
      else subscription?.resume();
    },
    crashed: plan.crashed,
  });
  // Client libraries would open a trace of their own around every fetched batch; attempts carry the trace of their command.
  subscription = await untraced(() => transport.commands.subscribe(service, worker));
  // The pool may have filled before the subscription was known here.
  if (isFull) subscription.pause();
  log.info({ steps: plan.steps.map(({ name }) => name), concurrency: plan.concurrency }, 'taking commands');

  const taking = subscription;
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    log.info({ open: worker.openAttempts, graceMs: plan.graceMs }, 'taking no more commands');
    worker.drain();
    // Leaves the group at once, so that its commands go to others while what is open here is finished.
    const left = taking.stop().catch((err: unknown) => log.warn({ err }, 'the group could not be left; its place times out'));
    await Promise.race([worker.idle(), pause(clock, plan.graceMs)]);
    await worker.releaseAll(RELEASE_WAIT_MS);
    await Promise.race([left, pause(clock, LEAVE_MS)]);
  };
  return {
    get openAttempts() {
      return worker.openAttempts;
    },
    stop: () => (stopping ??= stop()),
  };
}
