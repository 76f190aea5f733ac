/** Metrics of the engine. Labels are workflow names, outcomes, partitions and reasons: never a run. */
import type { RunEvent, RunState } from '@baton/contracts';
import { counter, histogram, observedGauge } from '@baton/platform-kit';
import type { RuntimeObserver } from '@baton/ports';
import type { ConductorHealth } from '@baton/runtime';

const executionTime = histogram('OrchestratorExecutionTime', { description: 'From the start of a run to its end', unit: 's', labels: ['workflow', 'outcome'], maxLabelValues: 200 });
const runsStarted = counter('baton.runs.started', { description: 'Runs started', labels: ['workflow', 'via'], maxLabelValues: 200 });
const runsEnded = counter('baton.runs.ended', { description: 'Runs that ended, by how', labels: ['workflow', 'outcome'], maxLabelValues: 200 });
const attempts = counter('baton.attempts.closed', { description: 'Attempts closed, by outcome', labels: ['workflow', 'outcome'], maxLabelValues: 200 });
const retries = counter('baton.retries.scheduled', { description: 'Retries scheduled', labels: ['workflow'], maxLabelValues: 200 });
const deadLetters = counter('baton.dead_letters.written', { description: 'Records that could not be processed', labels: ['reason'] });
const ignored = counter('baton.messages.ignored', { description: 'Messages that changed nothing', labels: ['why'] });
const transitionLatency = histogram('baton.transition.latency_seconds', { description: 'From the inbox record to its transition in the history', unit: 's' });
const commitTime = histogram('baton.lane.commit_seconds', { description: 'Appending one batch to the history', unit: 's' });
const batchSize = histogram('baton.lane.batch_transitions', { description: 'Transitions in one batch', buckets: [1, 2, 5, 10, 20, 50, 100, 200] });
const laneEvents = counter('baton.lane.events', { description: 'What happened to lanes: claims, gaps, resyncs …', labels: ['what'] });
const carried = counter('baton.runs.carried', { description: 'Images of runs that were carried forward' });
const timerLateness = histogram('baton.timers.lateness_seconds', { description: 'How far past its time a timer was when its transition was committed', unit: 's' });
const sweptLateness = histogram('baton.timers.swept_lateness_seconds', { description: 'How far past its time the latest timer of a sweep was', unit: 's' });
const swept = counter('baton.timers.swept', { description: 'Due timers that the sweeper had to find' });

export function measuringObserver(): RuntimeObserver {
  return {
    committed({ txn, before, after, receivedMs, committedMs }) {
      transitionLatency.record({}, Math.max(0, committedMs - receivedMs) / 1_000);
      if (txn.cause.type === 'timer') timerLateness.record({}, Math.max(0, committedMs - (firedDueMs(before, after, txn.cause.ts) ?? committedMs)) / 1_000);
      for (const event of txn.events) measureEvent(event, after);
    },
    ignored: ({ why }) => ignored.add({ why }),
    deadLettered: ({ reason }) => deadLetters.add({ reason }),
    lane({ what, count, durationMs, lateMs }) {
      if (what === 'batch') {
        batchSize.record({}, count ?? 0);
        commitTime.record({}, (durationMs ?? 0) / 1_000);
      } else {
        laneEvents.add({ what });
        if (what === 'carried') carried.add({}, count ?? 0);
        if (what === 'swept') {
          swept.add({}, count ?? 0);
          sweptLateness.record({}, (lateMs ?? 0) / 1_000);
        }
      }
    },
  };
}

/** When the timer that a transition has fired was due: it was armed before, and is no more. */
function firedDueMs(before: RunState | undefined, after: RunState, nowMs: number): number | undefined {
  const fired = Object.entries(before?.timers ?? {}).filter(([id, { ver, dueMs }]) => dueMs <= nowMs && after.timers[id]?.ver !== ver);
  return fired.length === 0 ? undefined : Math.min(...fired.map(([, { dueMs }]) => dueMs));
}

function measureEvent(event: RunEvent, run: RunState): void {
  const workflow = run.def.name;
  switch (event.type) {
    case 'run-started':
      return runsStarted.add({ workflow, via: event.via });
    case 'run-completed':
    case 'run-failed':
    case 'run-cancelled': {
      const outcome = event.type.slice('run-'.length);
      runsEnded.add({ workflow, outcome });
      return executionTime.record({ workflow, outcome }, (run.updatedMs - run.startedMs) / 1_000);
    }
    case 'attempt-closed':
      return attempts.add({ workflow, outcome: event.outcome });
    case 'retry-scheduled':
      return retries.add({ workflow });
    default:
  }
}

/** Gauges that are asked when metrics are collected. @returns a function that ends them. */
export function observeLanes(health: () => ConductorHealth): () => void {
  const ends = [
    observedGauge('baton.inbox.lag', { description: 'Inbox records not decided yet', labels: ['partition'], maxLabelValues: 1_000 }, () => health().lanes.map(({ partition, lag }) => [{ partition: String(partition) }, lag])),
    observedGauge('baton.lane.ready', { description: '1 where the lane of a partition that this process owns is ready', labels: ['partition'], maxLabelValues: 1_000 }, () => health().lanes.map(({ partition, state }) => [{ partition: String(partition) }, state === 'ready' ? 1 : 0])),
    observedGauge(
      'baton.carry_forward.age_seconds',
      { description: 'Since the runs of a partition were last carried forward, or since its first record; must stay below half of the retention of the history', labels: ['partition'], maxLabelValues: 1_000 },
      () => health().lanes.flatMap(({ partition, carriedMs }) => (carriedMs === undefined ? [] : [[{ partition: String(partition) }, Math.max(0, Date.now() - carriedMs) / 1_000]])),
    ),
  ];
  return () => ends.forEach((end) => end());
}
