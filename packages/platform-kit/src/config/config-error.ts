export interface ConfigProblem {
  readonly variable: string;
  /** What is wrong; goes on from the variable's name. */
  readonly message: string;
  /** What to set. */
  readonly fix: string;
}

/** The service cannot start like this. Lists everything that is wrong at once, each with the variable and what to do; never a secret's value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  declare readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(`The configuration has ${problems.length} problem${problems.length === 1 ? '' : 's'}:\n${problems.map(({ variable, message, fix }) => `  ${variable} ${message}. ${fix}`).join('\n')}`);
    // For programs; when nobody catches it, the message alone is printed: a stack would only hide what to do.
    Object.defineProperty(this, 'problems', { value: problems });
    this.stack = `${this.name}: ${this.message}`;
  }
}
