/** Retry and Catch: the names of errors that their rules mean, and the order of the rules. */
import type { JsonObject } from '@baton/contracts';
import type { Report } from '../problem.ts';
import { RESERVED_ERRORS } from '../states/index.ts';
import { objectsIn } from './values.ts';

export function checkErrorRules(state: JsonObject, at: readonly PropertyKey[], report: Report): void {
  for (const field of ['Retry', 'Catch']) {
    const rules = objectsIn(state[field]);
    for (const [i, rule] of rules) checkNames(rule, i === rules.length - 1, [...at, field, i], report);
  }
}

function checkNames(rule: JsonObject, last: boolean, at: readonly PropertyKey[], report: Report): void {
  const names = rule['ErrorEquals'];
  if (!Array.isArray(names)) return;
  const place = [...at, 'ErrorEquals'];
  names.forEach((name, i) => {
    if (name === 'States.Runtime') report([...place, i], 'States.Runtime is neither retried nor caught: this name means nothing here', { severity: 'warning' });
    if (typeof name !== 'string' || !name.startsWith('States.') || Object.hasOwn(RESERVED_ERRORS, name)) return;
    report([...place, i], `Expected a reserved error or one of your own, but no error is named ${JSON.stringify(name)}: names that begin with "States." are reserved`, { meant: { word: name, among: Object.keys(RESERVED_ERRORS) } });
  });
  if (names.includes('States.ALL')) {
    if (names.length > 1) report(place, 'Expected States.ALL to stand alone');
    if (!last) report(place, 'Expected the rule with States.ALL to be the last');
  }
  const { IntervalSeconds: interval, MaxDelaySeconds: longest } = rule;
  if (typeof longest === 'number' && longest <= (typeof interval === 'number' ? interval : 1)) {
    report([...at, 'MaxDelaySeconds'], `Expected more than IntervalSeconds (${typeof interval === 'number' ? interval : 1}), but found ${longest}: the interval never grows`, { severity: 'warning' });
  }
}
