/** One mistake in a definition. */
export interface DefinitionProblem {
  /** JSONPath of the place, such as $.States.Pay.Next. */
  readonly path: string;
  /** Where it stands in the text, counted from 1; absent where there was no text. */
  readonly line?: number;
  readonly column?: number;
  /** What was expected, and what was found. */
  readonly message: string;
  /** `warning`: runs, but probably not as meant. */
  readonly severity: 'error' | 'warning';
  /** The right name that is nearest to what was written. */
  readonly suggestion?: string;
  /** Where the definition is sound Amazon States Language that this version cannot run: the feature's name. */
  readonly unsupported?: string;
}

export interface ReportExtra {
  readonly severity?: 'error' | 'warning';
  /** What was written, and the right names of which one may have been meant. */
  readonly meant?: { readonly word: string; readonly among: Iterable<string> } | undefined;
  readonly unsupported?: string;
  /** The mistake is the member's name, not its value. */
  readonly ofName?: boolean;
}

/** Takes one problem down; the place as the keys that lead to it. */
export type Report = (keys: readonly PropertyKey[], message: string, extra?: ReportExtra) => void;

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
