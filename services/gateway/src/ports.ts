/** What the door needs from outside. Adapters are chosen in main.ts, or by the embedded system. */
import type { TraceContext } from '@baton/contracts';
import type { BlobStore, Clock, CommandBus, DeadLetterIndex, DeadLetters, Definitions, InboxSender, RequestSource, RunViews, TaskTokens } from '@baton/ports';

export interface GatewayPorts {
  readonly views: RunViews;
  readonly inbox: InboxSender;
  readonly definitions: Definitions;
  readonly requests: RequestSource;
  /** Publishes rejected requests. */
  readonly bus: Pick<CommandBus, 'publish'>;
  readonly deadLetters: DeadLetters;
  readonly deadLetterIndex: DeadLetterIndex;
  readonly blobs: BlobStore;
  /** Signs the links of tasks; absent: there are none. Not the tokens of step services: see tasks/link.ts. */
  readonly links?: TaskTokens;
  /** Default: the machine's clock. */
  readonly clock?: Clock;
  /** Default: silent. */
  readonly log?: Log;
  /** What /readyz asks, by name, such as `kafka` and `redis`. */
  readonly checks?: Readonly<Record<string, ReadinessCheck>>;
  /** What /metrics answers; absent: an empty page. */
  readonly metrics?: () => Promise<{ readonly contentType: string; readonly body: string }>;
  /** The span around the request, where tracing is on; absent: the caller's traceparent is handed on. */
  readonly currentTrace?: () => TraceContext | undefined;
}

export interface ReadinessCheck {
  /** Whether the door is shut without it. A view only decides the reading routes. */
  readonly required: boolean;
  /** Resolves with a word for people, such as a version; rejects with what is wrong. */
  check(): Promise<string | undefined>;
}

/** The part of a pino logger that is used here. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const SILENT: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

export const SYSTEM_CLOCK: Clock = {
  nowMs: () => Date.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};
