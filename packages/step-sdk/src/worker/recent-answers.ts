import type { ResultMessage } from '@baton/contracts';

/**
 * What this process has answered lately, so that a repeated command is answered again rather than run again. Oldest out first, bounded
 * in number and bytes: whoever takes a partition over sends again what its predecessor may not have sent, some seconds of it.
 */
export class RecentAnswers {
  readonly #answers = new Map<string, { readonly answer: ResultMessage | 'nothing'; readonly bytes: number }>();
  readonly #most: number;
  readonly #mostBytes: number;
  #bytes = 0;

  constructor(limits: { readonly entries: number; readonly bytes: number } = { entries: 10_000, bytes: 67_108_864 }) {
    this.#most = limits.entries;
    this.#mostBytes = limits.bytes;
  }

  /** @param answer `nothing`: the attempt was abandoned, so a repetition is not answered either. */
  remember(key: string, answer: ResultMessage | 'nothing'): void {
    this.#forget(key);
    const bytes = answer === 'nothing' ? 0 : JSON.stringify(answer).length * 2;
    this.#answers.set(key, { answer, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= this.#most && this.#bytes <= this.#mostBytes) break;
      this.#forget(oldest);
    }
  }

  get(key: string): ResultMessage | 'nothing' | undefined {
    const found = this.#answers.get(key);
    if (found === undefined) return undefined;
    this.#answers.delete(key);
    this.#answers.set(key, found);
    return found.answer;
  }

  #forget(key: string): void {
    const found = this.#answers.get(key);
    if (found === undefined) return;
    this.#answers.delete(key);
    this.#bytes -= found.bytes;
  }
}
