/** What a run of the sets amounts to: as JSON for programs, as tables for people. */
import { inWords, verdictOf, type ConformanceCase, type ConformanceSet, type Verdict } from './case.ts';

export interface Judged {
  readonly conformanceCase: ConformanceCase;
  readonly verdict: Verdict;
}

export interface SetResult {
  readonly set: ConformanceSet;
  readonly judged: readonly Judged[];
}

export interface Counts {
  readonly passed: number;
  readonly unsupported: number;
  readonly failed: number;
}

export interface Report {
  readonly sets: Readonly<Record<string, Counts & { readonly cases: Readonly<Record<string, string>> }>>;
}

export async function judge(set: ConformanceSet, cases: readonly ConformanceCase[]): Promise<SetResult> {
  const judged: Judged[] = [];
  for (const conformanceCase of cases) judged.push({ conformanceCase, verdict: await verdictOf(conformanceCase) });
  return { set, judged };
}

export function countsOf(judged: readonly Judged[]): Counts {
  const count = (kind: Verdict['kind']): number => judged.filter(({ verdict }) => verdict.kind === kind).length;
  return { passed: count('passed'), unsupported: count('unsupported'), failed: count('failed') };
}

export function reportOf(results: readonly SetResult[]): Report {
  return {
    sets: Object.fromEntries(
      results.map(({ set, judged }) => [set.name, { ...countsOf(judged), cases: Object.fromEntries(judged.map(({ conformanceCase, verdict }) => [conformanceCase.id, inWords(verdict)])) }]),
    ),
  };
}

export function tablesOf(results: readonly SetResult[]): string {
  const features = new Map<string, Judged[]>();
  for (const { set, judged } of results) for (const one of judged) for (const feature of one.conformanceCase.features) features.set(`${set.name}: ${feature}`, [...(features.get(`${set.name}: ${feature}`) ?? []), one]);
  return [
    table('Set', results.map(({ set, judged }) => [set.name, judged])),
    table('Feature', [...features].sort(([a], [b]) => (a < b ? -1 : 1))),
  ].join('\n\n');
}

/** What is refused, most cases first, so that the next thing to build is on top. */
export function unsupportedIn(results: readonly SetResult[]): string {
  const cases = new Map<string, number>();
  for (const { judged } of results) for (const { verdict } of judged) if (verdict.kind === 'unsupported') cases.set(verdict.feature, (cases.get(verdict.feature) ?? 0) + 1);
  return [...cases].sort(([, a], [, b]) => b - a).map(([feature, count]) => `${String(count).padStart(5)}  ${feature}`).join('\n');
}

function table(head: string, rows: readonly (readonly [string, readonly Judged[]])[]): string {
  const width = Math.max(head.length, ...rows.map(([name]) => name.length));
  const line = (name: string, cells: readonly (string | number)[]): string => `${name.padEnd(width)}  ${cells.map((cell) => String(cell).padStart(11)).join('  ')}`;
  return [
    line(head, ['passed', 'unsupported', 'failed', 'of']),
    ...rows.map(([name, judged]) => {
      const { passed, unsupported, failed } = countsOf(judged);
      return line(name, [passed, unsupported, failed, judged.length]);
    }),
  ].join('\n');
}
