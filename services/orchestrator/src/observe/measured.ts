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
const swept = counter('baton.timers.swept', { description: 'Due timers that the sweeper had to find' });

export function measuringObserver(): RuntimeObserver {
  return {
    committed({ txn, after, receivedMs, committedMs }) {
      transitionLatency.record({}, Math.max(0, committedMs - receivedMs) / 1_000);
      for (const event of txn.events) measureEvent(event, after);
    },
    ignored: ({ why }) => ignored.add({ why }),
    deadLettered: ({ reason }) => deadLetters.add({ reason }),
    lane({ what, count, durationMs }) {
      if (what === 'batch') {
        batchSize.record({}, count ?? 0);
        commitTime.record({}, (durationMs ?? 0) / 1_000);
      } else {
        laneEvents.add({ what });
        if (what === 'swept') swept.add({}, count ?? 0);
      }
    },
  };
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
  ];
  return () => ends.forEach((end) => end());
}
