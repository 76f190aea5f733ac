/**
 * The simulated servers against the contract suites that the real ones pass: what the simulator proves of the engine, it
 * proves for ports that answer as Kafka, Redis and BullMQ do.
 */
import { openTasksOf, partitionOf, topicNames, type HistoryEntry, type RunSummary } from '@baton/contracts';
import type { RunViews } from '@baton/ports';
import { commandsSuite, historyLogSuite, inboxSuite, stateIndexSuite, wakeUpsSuite } from '@baton/testkit';
import { WorldClock } from './clock.ts';
import { CommandTopic } from './command-topic.ts';
import { DelayedJobs } from './delayed-jobs.ts';
import { FAULTS, Faults } from './faults.ts';
import { Group } from './group.ts';
import { InboxLog } from './inbox-log.ts';
import { historyPort, indexPort, wakeUpsPort, type Call } from './ports.ts';
import { Random } from './random.ts';
import type { Protection } from './sabotage.ts';
import { Topic } from './topic.ts';
import { View } from './view.ts';

const PARTITIONS = 4;

/** No network on the way. */
const call: Call = async (_what, effect) => effect();
const close = async (): Promise<void> => undefined;

historyLogSuite('simulated', async () => {
  const topic = new Topic(PARTITIONS);
  return { log: historyPort(topic, { call: atATime, nowMs: Date.now, read: () => undefined, appended: () => undefined }), trim: async (partition, before) => topic.cut(partition, before), close };
});

/** A reader at the end asks again and again; the machine's other work must get its turn. */
const atATime: Call = (_what, effect) => new Promise((resolve, reject) => setImmediate(() => void (async () => effect())().then(resolve, reject)));

stateIndexSuite('simulated', async () => {
  const view = new View(PARTITIONS, new Set());
  return { index: indexPort(view, { call, nowMs: Date.now, moved: () => undefined }), views: viewsOf(view), partitions: PARTITIONS, wipe: async () => view.wipe(), close };
});

wakeUpsSuite('simulated', async () => {
  const { clock, random, faults, stop } = quietWorld();
  const jobs = new DelayedJobs({ clock, random, faults, lagMs: 0 });
  return { connect: async () => wakeUpsPort(jobs, { state: 'running', clock: { nowMs: () => clock.nowMs, after: () => () => undefined } }, onTime(clock)), close: stop };
});

inboxSuite('simulated', async () => {
  const { stop, ...world } = quietWorld();
  const inbox = new InboxLog(PARTITIONS);
  const group = new Group({ ...world, inbox, watch: { committed: () => undefined } }, PARTITIONS);
  return {
    async connect() {
      const machine = new Machine();
      return {
        sender: { send: async (messages) => messages.forEach((message) => inbox.receive(message, Date.now())) },
        source: { partitions: PARTITIONS, topic: 'inbox', group: 'orchestrators', subscribe: async (handler) => group.join(machine, handler), bounds: async (partition) => ({ first: 0, next: inbox.next(partition) }) },
      };
    },
    close: stop,
  };
});

commandsSuite('simulated', async () => {
  const { stop, ...world } = quietWorld();
  const names = topicNames('simulated');
  const topics = new Map(['one', 'two'].map((service) => [service, new CommandTopic({ ...world, partitions: PARTITIONS }, names.command(service))]));
  return {
    namespace: 'simulated',
    partitions: PARTITIONS,
    services: ['one', 'two'],
    async connect() {
      const machine = new Machine();
      return {
        bus: { publish: async ({ commands }) => commands.forEach((command) => topics.get(command.service)!.append(command)) },
        source: { subscribe: async (service, handler) => topics.get(service)!.join(machine, handler) },
        async crash() {
          machine.state = 'dead';
          for (const topic of topics.values()) topic.silent(machine);
        },
      };
    },
    close: stop,
  };
});

/** The clock of the world has caught up with the machine's when a call comes. */
const onTime = (clock: WorldClock): Call => async (_what, effect) => {
  clock.runTo(Date.now());
  return effect();
};

class Machine {
  state: 'running' | 'dead' = 'running';
  when(run: () => void): void {
    if (this.state === 'running') run();
  }
}

/** Nothing goes wrong in it, and its time is that of the machine. */
function quietWorld() {
  const random = new Random(1);
  const clock = new WorldClock(Date.now());
  const ticking = setInterval(() => clock.runTo(Date.now()), 1);
  return { random, clock, faults: new Faults(random, new Set(FAULTS)), without: new Set<Protection>(), stop: async () => clearInterval(ticking) };
}

/** What people see of the simulated view, as far as the suite of the index asks for it. */
function viewsOf(view: View): RunViews {
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);
  return {
    get: async (runId) => view.run(partitionOf(runId, PARTITIONS), runId),
    list: async ({ limit }) => ({ runs: partitions.flatMap((partition) => view.states(partition)).slice(0, limit) as unknown as RunSummary[] }),
    tasks: async () => ({ tasks: partitions.flatMap((partition) => view.states(partition)).flatMap(openTasksOf) }),
    history: async (runId, { after, limit }): Promise<readonly HistoryEntry[] | undefined> => view.entries(partitionOf(runId, PARTITIONS), runId)?.filter(({ seq }) => seq > after).slice(0, limit),
    reserveStart: async () => undefined,
    missing: async () => partitions.filter((partition) => view.meta(partition) === undefined),
  };
}
