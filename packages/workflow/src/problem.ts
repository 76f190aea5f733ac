/** One mistake in a definition. */
export interface DefinitionProblem {
  /** JSONPath of the place, such as $.States.Pay.Next. */
  readonly path: string;
  readonly message: string;
  /** `warning`: runs, but probably not as meant. */
  readonly severity: 'error' | 'warning';
}

export class DefinitionError extends Error {
  override readonly name = 'DefinitionError';
  readonly problems: readonly DefinitionProblem[];
  constructor(what: string, problems: readonly DefinitionProblem[]) {
    super(`${what} has ${problems.length} mistake${problems.length === 1 ? '' : 's'}:\n${problems.map((p) => `  ${p.path}: ${p.message}`).join('\n')}`);
    this.problems = problems;
  }
}

/** JSONPath in dot notation where it can be, in brackets where it must. */
export function jsonPathOf(keys: readonly PropertyKey[]): string {
  return keys.reduce<string>((path, key) => {
    if (typeof key === 'number') return `${path}[${key}]`;
    const name = String(key);
    return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`;
  }, '$');
}
