/** The last lines of a text that may be endless, within a number of characters. */
export class TailText {
  readonly #maxCharacters: number;
  #lines: string[] = [];
  #characters = 0;

  constructor(maxCharacters: number) {
    this.#maxCharacters = maxCharacters;
  }

  add(line: string): void {
    const kept = line.slice(0, this.#maxCharacters);
    this.#lines.push(kept);
    this.#characters += kept.length + 1;
    while (this.#characters > this.#maxCharacters && this.#lines.length > 1) {
      this.#characters -= (this.#lines.shift()?.length ?? 0) + 1;
    }
  }

  text(): string {
    return this.#lines.join('\n');
  }
}
