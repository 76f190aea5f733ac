import type { Verdict } from '@baton/invariants';

/** One verdict for each invariant over all partitions: violated where one is, checked where one was. */
export function combined(parts: readonly (readonly Verdict[])[]): readonly Verdict[] {
  const byInvariant = new Map<string, Verdict[]>();
  for (const verdict of parts.flat()) byInvariant.set(verdict.invariant, [...(byInvariant.get(verdict.invariant) ?? []), verdict]);
  return [...byInvariant.values()].map((verdicts) => {
    const why = [...new Set(verdicts.flatMap((verdict) => verdict.why ?? []))].join('; ');
    const found = sum(verdicts, (verdict) => verdict.found);
    return {
      invariant: verdicts[0]!.invariant,
      title: verdicts[0]!.title,
      outcome: found > 0 ? 'violated' : verdicts.every(({ outcome }) => outcome === 'not-checked') ? 'not-checked' : 'held',
      ...(why !== '' && { why }),
      examined: sum(verdicts, (verdict) => verdict.examined),
      violations: verdicts.flatMap(({ violations }) => violations),
      found,
    };
  });
}

const sum = (verdicts: readonly Verdict[], of: (verdict: Verdict) => number): number => verdicts.reduce((total, verdict) => total + of(verdict), 0);
