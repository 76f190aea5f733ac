/** behave-asl: what a third party understands of the language, as scenarios in words. */
import { join } from 'node:path';
import { failed, passed, unsupported, type ConformanceSet, type Verdict } from '../case.ts';
import { DEVIATIONS } from './deviations.ts';
import { readScenarios, rowsOf, type Scenario, type Step } from './scenario.ts';
import { Refused, Stage } from './stage.ts';
import { NotSo, play } from './vocabulary.ts';

export const behave: ConformanceSet = {
  name: 'behave-asl',
  says: 'scenarios of another implementation, which is not AWS',
  floor: 135,
  read: (directory) =>
    readScenarios(join(directory, 'behave-asl'))?.map((scenario) => ({
      id: scenario.id,
      features: [scenario.source.replace(/^.*features\//, '').replace(/\/[^/]*$/, '')],
      run: () => verdictOfAll(scenario),
    })),
};

/** The first row that does not hold decides. */
function verdictOfAll(scenario: Scenario): Verdict {
  for (const { row, steps } of rowsOf(scenario)) {
    const verdict = verdictOf(steps);
    if (verdict.kind === 'failed') {
      const deviation = DEVIATIONS.find(({ of }) => of(scenario));
      const why = row === '' ? verdict.why : `${row}: ${verdict.why}`;
      return failed(deviation === undefined ? why : `on purpose, since ${deviation.why}; ${why}`);
    }
    if (verdict.kind === 'unsupported') return verdict;
  }
  return passed();
}

function verdictOf(steps: readonly Step[]): Verdict {
  const stage = new Stage();
  for (const { text, docstring } of steps) {
    try {
      if (!play(stage, text, docstring ?? '')) return unsupported(`the sentence ${JSON.stringify(text)}`);
    } catch (error) {
      if (error instanceof Refused) return unsupported(error.message);
      if (error instanceof NotSo) return failed(`${text}: ${error.message}`);
      throw error;
    }
  }
  return passed();
}
