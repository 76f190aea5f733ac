import { ExpressionError, type ExpressionErrorName } from './expression-error.ts';
import type { Ambient } from './facts.ts';
import { EXPRESSION_LIMITS } from './limits.ts';

/** Steps between two looks at the clock. */
const CLOCKED = 8_192;

/** What one evaluation may still do. Counted, not timed: the same data and text end at the same step everywhere. */
export class Steps {
  readonly #errorName: ExpressionErrorName;
  readonly #what: string;
  readonly #ambient: Pick<Ambient, 'spent' | 'elapsedMs'>;
  readonly #beganMs: number;
  #left: number;
  #untilClock = CLOCKED;

  constructor(errorName: ExpressionErrorName, what: string, ambient: Pick<Ambient, 'spent' | 'elapsedMs'>, limit: number = EXPRESSION_LIMITS.steps) {
    this.#errorName = errorName;
    this.#what = what;
    this.#ambient = ambient;
    this.#beganMs = ambient.elapsedMs?.() ?? 0;
    this.#left = limit;
  }

  /** @throws ExpressionError where the evaluation has done all it may. */
  take(count = 1): void {
    this.#left -= count;
    if (this.#ambient.spent !== undefined) this.#ambient.spent.steps += count;
    if (this.#left < 0) throw this.#exceeded(`at most ${EXPRESSION_LIMITS.steps} steps of evaluation`);
    this.#untilClock -= count;
    if (this.#untilClock > 0) return;
    this.#untilClock = CLOCKED;
    if (this.#ambient.elapsedMs !== undefined && this.#ambient.elapsedMs() - this.#beganMs > EXPRESSION_LIMITS.wallMs) throw this.#exceeded(`at most ${EXPRESSION_LIMITS.wallMs} ms of evaluation`);
  }

  #exceeded(bound: string): ExpressionError {
    return new ExpressionError(this.#errorName, `${this.#what}: expected ${bound}; look at fewer values, or do it in a step`);
  }
}
