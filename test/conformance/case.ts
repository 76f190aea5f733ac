/** What every set is read into, and what can come of a case. */

export type Verdict =
  | { readonly kind: 'passed'; readonly notes?: readonly string[] }
  /** Refused by name when the definition was checked, or asked of something Baton does not have. Never a wrong output. */
  | { readonly kind: 'unsupported'; readonly feature: string }
  | { readonly kind: 'failed'; readonly why: string; readonly notes?: readonly string[] };

export interface ConformanceCase {
  readonly id: string;
  /** What it uses of the language, as the set names it: rows of the table per feature. */
  readonly features: readonly string[];
  readonly run: () => Verdict | Promise<Verdict>;
}

export interface ConformanceSet {
  readonly name: string;
  readonly says: string;
  /** So many cases passed once; fewer is a step back. Only ever raised. Counts the data beside the checkout. */
  readonly floor: number;
  /** Where a failed case is a wrong output of the language itself: so many may fail. Only ever lowered. */
  readonly mostWrong?: number;
  /** Undefined where `directory` does not have the set. */
  readonly read: (directory: string) => readonly ConformanceCase[] | undefined;
}

export const passed = (notes: readonly string[] = []): Verdict => ({ kind: 'passed', ...(notes.length > 0 && { notes }) });
export const unsupported = (feature: string): Verdict => ({ kind: 'unsupported', feature });
export const failed = (why: string, notes: readonly string[] = []): Verdict => ({ kind: 'failed', why, ...(notes.length > 0 && { notes }) });

/** What a report says of a case. */
export function inWords(verdict: Verdict): string {
  if (verdict.kind === 'passed') return 'passed';
  return verdict.kind === 'unsupported' ? `unsupported: ${verdict.feature}` : `failed: ${verdict.why}`;
}

/** A case that throws has failed; the others still run. */
export async function verdictOf(conformanceCase: ConformanceCase): Promise<Verdict> {
  try {
    return await conformanceCase.run();
  } catch (error) {
    return failed(`threw ${error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 3).join(' ') : String(error)}`);
  }
}
