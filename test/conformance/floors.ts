/** What makes a run of the sets a step back. */
import { countsOf, type SetResult } from './report.ts';

/** @param wholeData whether every case of the data that the floors count was run. @returns each reason, in words. */
export function shortcomings(results: readonly SetResult[], { wholeData }: { readonly wholeData: boolean }): string[] {
  return results.flatMap(({ set, judged }) => {
    const { passed, failed } = countsOf(judged);
    return [
      ...(wholeData && passed < set.floor ? [`${set.name}: ${passed} passed, ${set.floor} did before`] : []),
      ...(set.mostWrong !== undefined && failed > set.mostWrong ? [`${set.name}: ${failed} with a wrong output, at most ${set.mostWrong} may have one`] : []),
    ];
  });
}
