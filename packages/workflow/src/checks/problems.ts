/** Takes problems down as the checks find them, and looks for the names that were meant. */
import { nearest } from '../nearest.ts';
import { jsonPathOf, type DefinitionProblem, type Report, type ReportExtra } from '../problem.ts';

/** Names that are looked for in one definition; one with more of them wrong would hold whoever checks it. */
const MOST_SOUGHT = 200;

/** @param placeOf where it stands, for definitions that came as text. */
export function problemList(placeOf?: (keys: readonly PropertyKey[], extra: ReportExtra) => { readonly line: number; readonly column: number }): { readonly problems: DefinitionProblem[]; readonly report: Report } {
  const problems: DefinitionProblem[] = [];
  let sought = 0;
  return {
    problems,
    report: (keys, message, extra = {}) => {
      const { severity = 'error', meant, unsupported } = extra;
      const suggestion = meant !== undefined && sought++ < MOST_SOUGHT ? nearest(meant.word, meant.among) : undefined;
      problems.push({
        path: jsonPathOf(keys),
        ...placeOf?.(keys, extra),
        message: suggestion === undefined ? message : `${message}; did you mean ${JSON.stringify(suggestion)}?`,
        severity,
        ...(suggestion !== undefined && { suggestion }),
        ...(unsupported !== undefined && { unsupported }),
      });
    },
  };
}
