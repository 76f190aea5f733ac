/** The conductor with its eyes and ears: what main.ts runs on Kafka and Redis, and the embedded system in one process. */
import { randomUUID } from 'node:crypto';
import { topicNames, type Policy } from '@baton/contracts';
import { createHealth, untraced, type Health, type Log } from '@baton/platform-kit';
import { Conductor, type ConductorHealth, type ConductorOptions, type ConductorPorts, type LaneOptions } from '@baton/runtime';
import { observeLanes } from './observe/measured.ts';
import { createObserver } from './observe/observer.ts';

export interface OrchestratorOptions {
  readonly namespace: string;
  readonly policy: Policy;
  readonly log: Log;
  /** Text of /metrics. */
  readonly metrics?: () => Promise<string>;
  readonly lanes?: Partial<LaneOptions>;
  /** What a message means for a run. Default: the core's. */
  readonly decide?: ConductorOptions['decide'];
  /** Told when the inbox consumer has died for good: the process should end. */
  readonly onCrash?: (error: Error) => void;
}

export interface Orchestrator {
  readonly health: Health;
  status(): ConductorHealth;
  start(): Promise<void>;
  /** Finishes what is in hand, writes positions down, leaves the group. */
  stop(): Promise<void>;
}

export function createOrchestrator(ports: Omit<ConductorPorts, 'observer'>, options: OrchestratorOptions): Orchestrator {
  const { namespace, policy, log, lanes, decide, onCrash } = options;
  const conductor = new Conductor(
    { ...ports, observer: createObserver(log) },
    { namespace, policy, historyTopic: topicNames(namespace).history, newOwner: randomUUID, ...(lanes !== undefined && { lanes }), ...(decide !== undefined && { decide }), ...(onCrash !== undefined && { onCrash }) },
  );
  const status = (): ConductorHealth => conductor.health();
  const unobserve = observeLanes(status);
  const health = createHealth({
    // Only what a restart can mend: a dependency that is away must not start a restart storm.
    live: [{ name: 'engine', check: () => (status().alive ? undefined : (status().problem ?? 'not alive')) }],
    ready: [{ name: 'lanes', check: () => readiness(status()) }],
    ...(options.metrics !== undefined && { metrics: options.metrics }),
  });
  return {
    health,
    status,
    // Lanes carry the records of many runs at once; their spans are written after the fact.
    start: () => untraced(() => conductor.start()),
    async stop() {
      health.draining();
      await conductor.stop();
      unobserve();
    },
  };
}

function readiness(status: ConductorHealth): string | undefined {
  if (status.ready) return undefined;
  const waiting = status.lanes.filter((lane) => lane.state !== 'ready');
  if (waiting.length === 0) return status.problem ?? 'has not joined the group yet';
  return waiting.map(({ partition, state, detail }) => `partition ${partition} ${state}${detail === '' ? '' : `: ${detail}`}`).join('; ').slice(0, 1_000);
}
