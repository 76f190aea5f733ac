/**
 * Request events become runs.
 *
 * Invariants:
 *  R1  the position moves only when the start, or the rejection and its dead letter, are acknowledged;
 *  R2  a request is never silent: it becomes a run, or a rejected event and a dead letter that say why;
 *  R3  a record handed over again leads to the same run, the same event id and the same dead letter.
 */
import {
  DEAD_LETTER_REASONS,
  deadLetterId,
  deadLetterOf,
  hash128,
  idempotencyKeyOfEvent,
  runIdForKey,
  OperatingError,
  readCloudEvent,
  readTraceContext,
  readValue,
  RequestEvent,
  RUN_REQUESTED,
  type CloudEvent,
  type DeadLetterReason,
  type LifecycleEvent,
  type TraceContext,
} from '@baton/contracts';
import type { Clock, CommandBus, DeadLetters, LogRecord, RequestSource } from '@baton/ports';
import { withDeadline } from '../deadline.ts';
import type { KnownDefinitions } from '../definitions.ts';
import type { Log } from '../ports.ts';
import { Refusal, refusalOf } from '../refusal.ts';
import type { Starts } from '../starts/starts.ts';

export interface IntakePorts {
  readonly requests: RequestSource;
  readonly bus: Pick<CommandBus, 'publish'>;
  readonly deadLetters: Pick<DeadLetters, 'put'>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface IntakeOptions {
  readonly namespace: string;
  readonly unknownWorkflowWaitMs: number;
  readonly sendDeadlineMs: number;
}

export class RequestIntake {
  readonly #ports: IntakePorts;
  readonly #definitions: KnownDefinitions;
  readonly #starts: Starts;
  readonly #options: IntakeOptions;
  #subscription: { stop(): Promise<void> } | undefined;

  constructor(ports: IntakePorts, definitions: KnownDefinitions, starts: Starts, options: IntakeOptions) {
    this.#ports = ports;
    this.#definitions = definitions;
    this.#starts = starts;
    this.#options = options;
  }

  async start(crashed: (error: Error) => void): Promise<void> {
    this.#subscription = await this.#ports.requests.subscribe({ handle: (record) => this.handle(record), crashed });
  }

  async stop(): Promise<void> {
    await this.#subscription?.stop();
    this.#subscription = undefined;
  }

  /** Rejects only where something outside is away: the record then comes again. */
  async handle(record: LogRecord): Promise<void> {
    let event: CloudEvent | undefined;
    try {
      event = readCloudEvent({ value: record.value, headers: record.headers });
      if (event.type !== RUN_REQUESTED) {
        await this.#bury(record, new Refusal('schema', `Expected an event of type ${RUN_REQUESTED} on this topic, but found ${JSON.stringify(event.type)}; publish other events to a topic of your own`), event);
        return;
      }
      await this.#startRun(readValue(RequestEvent, event), record);
    } catch (error) {
      const refusal = error instanceof OperatingError ? undefined : refusalOf(error);
      if (refusal === undefined) throw error;
      await this.#reject(record, refusal, event);
    }
  }

  async #startRun(event: RequestEvent, record: LogRecord): Promise<void> {
    const idempotencyKey = idempotencyKeyOfEvent(event.source, event.id);
    const { workflow: name, version, input } = event.data;
    const workflow = await this.#definitions.awaitWanted({ workflow: name, version, runId: runIdForKey(name, idempotencyKey) }, this.#options.unknownWorkflowWaitMs);
    const { runId } = await this.#starts.accept({
      workflow,
      input,
      idempotencyKey,
      via: 'event',
      by: event.source.slice(0, 256),
      trace: traceOf(event, record),
    });
    this.#ports.log.info({ runId, workflow: workflow.def.name, partition: record.partition, offset: record.offset }, 'request event accepted');
  }

  async #reject(record: LogRecord, refusal: Refusal, event: CloudEvent | undefined): Promise<void> {
    const rejected = rejectedEvent(record, refusal, event, { topic: this.#ports.requests.topic, namespace: this.#options.namespace });
    await withDeadline(this.#ports.clock, this.#options.sendDeadlineMs, 'Kafka', this.#ports.bus.publish({ commands: [], events: [rejected] }));
    await this.#bury(record, refusal, event);
  }

  async #bury(record: LogRecord, refusal: Refusal, event: CloudEvent | undefined): Promise<void> {
    const { requests, deadLetters, clock, log } = this.#ports;
    const letter = deadLetterOf(record, {
      topic: requests.topic,
      reason: reasonOf(refusal),
      detail: refusal.message,
      foundBy: 'gateway',
      foundMs: clock.nowMs(),
      workflow: workflowOf(event),
    });
    await withDeadline(clock, this.#options.sendDeadlineMs, 'Kafka', deadLetters.put([letter]));
    log.warn({ deadLetter: letter.id, reason: letter.reason, workflow: letter.workflow }, 'request event rejected');
  }
}

function reasonOf(refusal: Refusal): DeadLetterReason {
  // A schema that cannot be used is the workflow's fault; the request waits among the letters until it is mended.
  if (['invalid_definition', 'unknown_workflow_version', 'workflow_retired'].includes(refusal.code)) return 'unknown_workflow';
  return (DEAD_LETTER_REASONS as readonly string[]).includes(refusal.code) ? (refusal.code as DeadLetterReason) : 'schema';
}

/** Of the record where the producer traces Kafka, otherwise of the event's own extension. */
function traceOf(event: CloudEvent | RequestEvent, record: LogRecord): TraceContext | undefined {
  const extension = (name: string): string | undefined => (typeof event[name] === 'string' ? event[name] : undefined);
  return readTraceContext(record.headers) ?? readTraceContext({ traceparent: extension('traceparent'), tracestate: extension('tracestate') });
}

function workflowOf(event: CloudEvent | undefined): string | undefined {
  const data = event?.data;
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return undefined;
  const workflow = (data as Record<string, unknown>)['workflow'];
  return typeof workflow === 'string' ? workflow.slice(0, 128) : undefined;
}

function rejectedEvent(record: LogRecord, refusal: Refusal, event: CloudEvent | undefined, about: { readonly topic: string; readonly namespace: string }): LifecycleEvent {
  const letter = deadLetterId(about.topic, record.partition, record.offset);
  const trace = event === undefined ? undefined : traceOf(event, record);
  const problems = refusal.options.problems?.slice(0, 20).map(({ field, message }) => ({ field: field.slice(0, 512), message: message.slice(0, 1_024) }));
  return {
    specversion: '1.0',
    id: `rejected-${hash128(letter)}`,
    source: `/baton/${about.namespace}/gateway`,
    type: 'baton.run.rejected',
    subject: event?.id ?? letter,
    time: new Date(Math.min(Math.max(record.timestampMs, 0), 8.64e15)).toISOString(),
    datacontenttype: 'application/json',
    data: {
      workflow: workflowOf(event) ?? '',
      reason: `${refusal.code}: ${refusal.message}`.slice(0, 4_096),
      ...(problems !== undefined && problems.length > 0 && { problems }),
      ...(event !== undefined && { request: { source: event.source, id: event.id } }),
    },
    ...(trace !== undefined && { traceparent: trace.traceparent }),
  };
}
