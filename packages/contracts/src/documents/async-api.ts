/** The topics described: AsyncAPI 3 with a channel per topic, the messages on it, and who writes and reads them. */
import type { z } from 'zod';
import { Command } from '../command.ts';
import { DeadLetter } from '../dead-letter.ts';
import { DefinitionRecord } from '../definition-record.ts';
import { EmittedEvent } from '../emitted-event.ts';
import { HistoryCarried, HistoryClaim, HistoryImageEnvelope, HistoryMark, HistoryPosition, HistoryTxnEnvelope } from '../history.ts';
import { AnswerMessage, CancelMessage, ChildEndedMessage, CompensationMessage, HeartbeatMessage, ResultMessage, SignalMessage, StartMessage, TimerMessage } from '../inbox.ts';
import type { Json, JsonObject } from '../json.ts';
import { LifecycleEvent } from '../lifecycle.ts';
import { RequestEvent } from '../request-event.ts';
import { DEFAULT_PARTITIONS, topicPlan } from '../topics.ts';
import { draft7SchemaOf } from './json-schemas.ts';

interface Channel {
  /** Name of the topic after `baton.{namespace}.`. */
  readonly topic: string;
  readonly key: string;
  readonly messages: Readonly<Record<string, z.ZodType>>;
  readonly contentType?: string;
  /** What an application of yours does with it. */
  readonly use: { readonly action: 'send' | 'receive'; readonly summary: string };
}

const CHANNELS: Readonly<Record<string, Channel>> = {
  requests: { topic: 'requests.v1', key: 'source and id of the event', messages: { requestEvent: RequestEvent }, contentType: 'application/cloudevents+json', use: { action: 'send', summary: 'Start a run by publishing a CloudEvent, in the structured or the binary mode of the Kafka binding' } },
  lifecycle: { topic: 'lifecycle.v1', key: 'run id', messages: { lifecycleEvent: LifecycleEvent }, contentType: 'application/cloudevents+json', use: { action: 'receive', summary: 'React to what happens to runs' } },
  events: { topic: 'events.v1', key: 'run id', messages: { emittedEvent: EmittedEvent }, contentType: 'application/cloudevents+json', use: { action: 'receive', summary: 'React to what workflows say themselves' } },
  commands: { topic: 'cmd.{service}.v1', key: 'run id', messages: { command: Command }, use: { action: 'receive', summary: 'Take the commands of a step service' } },
  inbox: { topic: 'inbox.v1', key: 'run id', messages: { start: StartMessage, result: ResultMessage, heartbeat: HeartbeatMessage, timer: TimerMessage, signal: SignalMessage, answer: AnswerMessage, childEnded: ChildEndedMessage, cancel: CancelMessage, compensation: CompensationMessage }, use: { action: 'send', summary: 'Answer a command with its result, and say that it goes on' } },
  history: { topic: 'history.v1', key: 'run id, #claim, #mark, #carried or #position', messages: { claim: HistoryClaim, mark: HistoryMark, transition: HistoryTxnEnvelope, image: HistoryImageEnvelope, carried: HistoryCarried, position: HistoryPosition }, use: { action: 'receive', summary: 'Read what happened to every run; only orchestrators write here' } },
  definitions: { topic: 'definitions.v1', key: 'name of the workflow, with the hash for a definition', messages: { definitionRecord: DefinitionRecord }, use: { action: 'send', summary: 'Publish the workflows of a step service' } },
  deadLetters: { topic: 'dlq.v1', key: 'key of the record', messages: { deadLetter: DeadLetter }, use: { action: 'receive', summary: 'See what could not be processed' } },
};

export function asyncApiDocument(): JsonObject {
  const specs = new Map(topicPlan({ namespace: 'default', partitions: DEFAULT_PARTITIONS, replicationFactor: 3, services: ['service'] }).map((spec) => [spec.name, spec]));
  const channels: Record<string, Json> = {};
  const operations: Record<string, Json> = {};
  const messages: Record<string, Json> = {};
  for (const [name, channel] of Object.entries(CHANNELS)) {
    const spec = specs.get(`baton.default.${channel.topic.replace('{service}', 'service')}`);
    if (spec === undefined) throw new Error(`Expected the topic plan to have ${channel.topic}`);
    const names = Object.keys(channel.messages);
    channels[name] = {
      address: `baton.{namespace}.${channel.topic}`,
      description: `${spec.purpose}. Keyed by ${channel.key}.`,
      parameters: { namespace: { description: 'Namespace of the installation', default: 'default' }, ...(channel.topic.includes('{service}') && { service: { description: 'Name of the step service' } }) },
      messages: Object.fromEntries(names.map((message) => [message, { $ref: `#/components/messages/${message}` }])),
      bindings: { kafka: { partitions: spec.partitions, replicas: spec.replicationFactor, topicConfiguration: kafkaBinding(spec.config), bindingVersion: '0.5.0' } },
    };
    operations[`${channel.use.action}${name[0]!.toUpperCase()}${name.slice(1)}`] = { action: channel.use.action, channel: { $ref: `#/channels/${name}` }, summary: channel.use.summary };
    for (const [message, schema] of Object.entries(channel.messages)) {
      messages[message] = { name: message, contentType: channel.contentType ?? 'application/json', payload: { schemaFormat: 'application/schema+json;version=draft-07', schema: draft7SchemaOf(schema) } };
    }
  }
  return {
    asyncapi: '3.0.0',
    info: { title: 'Baton', version: '1', description: 'The topics of a namespace. Records carry `v`; a reader refuses what it does not know.', license: { name: 'Apache-2.0' } },
    defaultContentType: 'application/json',
    channels,
    operations,
    components: { messages },
  };
}

/** The settings that the Kafka binding has fields for. */
function kafkaBinding(config: Readonly<Record<string, string>>): JsonObject {
  return {
    ...(config['cleanup.policy'] !== undefined && { 'cleanup.policy': [config['cleanup.policy']] }),
    ...(config['retention.ms'] !== undefined && { 'retention.ms': Number(config['retention.ms']) }),
    ...(config['max.message.bytes'] !== undefined && { 'max.message.bytes': Number(config['max.message.bytes']) }),
  };
}
