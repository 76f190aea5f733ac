/**
 * Every topic of a namespace: its name, and the settings it must have. `infra/topics` creates and checks them; nobody
 * else does, and no client may create a topic by accident.
 */
import { Name, Namespace } from './ids.ts';

const DAY_MS = 86_400_000;

export interface TopicNames {
  readonly requests: string;
  readonly inbox: string;
  readonly history: string;
  readonly lifecycle: string;
  readonly events: string;
  readonly definitions: string;
  readonly deadLetters: string;
  command(service: string): string;
}

export function topicNames(namespace: string): TopicNames {
  const prefix = `baton.${Namespace.parse(namespace)}.`;
  return {
    requests: `${prefix}requests.v1`,
    inbox: `${prefix}inbox.v1`,
    history: `${prefix}history.v1`,
    lifecycle: `${prefix}lifecycle.v1`,
    events: `${prefix}events.v1`,
    definitions: `${prefix}definitions.v1`,
    deadLetters: `${prefix}dlq.v1`,
    command: (service) => `${prefix}cmd.${Name.parse(service)}.v1`,
  };
}

/** Inbox and history partitions unless configured otherwise. Fixed for the life of a namespace: a run's partition depends on it. */
export const DEFAULT_PARTITIONS = 12;

export interface TopicSpec {
  readonly name: string;
  readonly purpose: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Topic configuration as Kafka names it. */
  readonly config: Readonly<Record<string, string>>;
  /** Whether a different partition count breaks the engine (inbox and history) or only its balance. */
  readonly partitionsFixed: boolean;
}

export interface TopicPlan {
  readonly namespace: string;
  /** Of inbox and history. */
  readonly partitions: number;
  /** 3 in production; 1 on a single broker. */
  readonly replicationFactor: number;
  /** Step services whose command topics belong to the plan. */
  readonly services: readonly string[];
}

export function topicPlan(plan: TopicPlan): readonly TopicSpec[] {
  const names = topicNames(plan.namespace);
  const durable = {
    'min.insync.replicas': String(Math.max(1, plan.replicationFactor - 1)),
    'unclean.leader.election.enable': 'false',
    'max.message.bytes': '1048576',
    // The broker unpacks what a writer has compressed, so the readers' client meets no codec that it lacks: one such record
    // would stop a partition for good. And what grows beyond the limit when unpacked is refused at the broker.
    'compression.type': 'uncompressed',
  };
  const kept = (ms: number, extra: Record<string, string> = {}) => ({ ...durable, 'cleanup.policy': 'delete', 'retention.ms': String(ms), ...extra });
  const created = { 'message.timestamp.type': 'CreateTime' };
  // A decision takes its time from the record it decides on, so no process's clock may have a say in it.
  const stamped = { 'message.timestamp.type': 'LogAppendTime' };
  const topic = (name: string, purpose: string, partitions: number, config: Record<string, string>, partitionsFixed = false): TopicSpec => ({
    name,
    purpose,
    partitions,
    replicationFactor: plan.replicationFactor,
    config,
    partitionsFixed,
  });
  return [
    topic(names.requests, 'Request events: anyone who may write here can start a run', plan.partitions, kept(7 * DAY_MS)),
    topic(names.inbox, 'Everything that can move a run: starts, results, heartbeats, timers, signals, cancels', plan.partitions, kept(7 * DAY_MS, stamped), true),
    topic(names.history, 'The truth: what happened to every run', plan.partitions, kept(30 * DAY_MS, created), true),
    topic(names.lifecycle, 'Public events about runs, for anyone to react to', plan.partitions, kept(7 * DAY_MS)),
    topic(names.events, 'Events that workflows publish themselves', plan.partitions, kept(7 * DAY_MS)),
    topic(names.definitions, 'Workflow definitions, immutable, by content hash', 1, { ...durable, 'cleanup.policy': 'compact' }),
    topic(names.deadLetters, 'What could not be processed, with the reason and the bytes', 1, kept(30 * DAY_MS, { 'max.message.bytes': '2097152' })),
    ...plan.services.map((service) => topic(names.command(service), `Commands to the steps of ${service}`, plan.partitions, kept(7 * DAY_MS))),
  ];
}
