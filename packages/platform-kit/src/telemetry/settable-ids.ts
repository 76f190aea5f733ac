import { RandomIdGenerator, type IdGenerator } from '@opentelemetry/sdk-trace';

export interface SpanIds {
  readonly traceId: string;
  readonly spanId: string;
}

/** Random ids, unless the span that is started inside `use` was told its own: that is how a span gets an id that is derived from what it stands for. */
export class SettableIds implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  #next: SpanIds | undefined;

  /** `start` must be synchronous and start one span. */
  use<T>(ids: SpanIds, start: () => T): T {
    this.#next = ids;
    try {
      return start();
    } finally {
      this.#next = undefined;
    }
  }

  generateTraceId(): string {
    return this.#next?.traceId ?? this.#random.generateTraceId();
  }

  generateSpanId(): string {
    return this.#next?.spanId ?? this.#random.generateSpanId();
  }
}
