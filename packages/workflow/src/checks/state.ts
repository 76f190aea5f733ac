/** What no schema can see of one state: fields that exclude or need each other, whatever its kind; then what its kind asks. */
import type { JsonObject } from '@baton/contracts';
import type { Report } from '../problem.ts';
import type { QueryLanguage, StateType } from '../states/index.ts';
import { checkCompensate } from './compensate.ts';
import { checkContextPaths } from './context-paths.ts';
import { checkErrorRules } from './error-rules.ts';
import { atMostOne, exactlyOne } from './exclusive.ts';
import { expressionsIn } from './expressions-in.ts';
import { checkMap } from './map.ts';
import { checkOtherLanguage } from './other-language.ts';
import { checkStatesVariable } from './states-variable.ts';
import { checkTask } from './task.ts';
import { checkVariables, type Scope } from './variables.ts';

export interface StatePlace {
  readonly type: StateType;
  readonly language: QueryLanguage;
  readonly at: readonly PropertyKey[];
  /** The outermost machine. */
  readonly definition: JsonObject;
  /** The variables of its machine and of those around it; undefined where they are not known. */
  readonly scope: Scope | undefined;
  /** What Resources are bound to. */
  readonly bound: JsonObject;
  /** Steps that services offer, as `<service>/<step>`; undefined where that is not known. */
  readonly offered: ReadonlySet<string> | undefined;
}

const LEADS_ON: ReadonlySet<StateType> = new Set<StateType>(['Task', 'Pass', 'Wait', 'Parallel', 'Map']);

/** Fields that say one thing in two ways. */
const EITHER: readonly (readonly string[])[] = [
  ...['TimeoutSeconds', 'HeartbeatSeconds', 'Error', 'Cause', 'MaxConcurrency', 'ToleratedFailureCount', 'ToleratedFailurePercentage'].map((field) => [field, `${field}Path`]),
];

export function checkState(state: JsonObject, place: StatePlace, report: Report): void {
  const { at, language, type, definition } = place;
  if (LEADS_ON.has(type) && (state['Next'] === undefined) === (state['End'] === undefined)) report(at, 'Expected exactly one of Next and End', { ofName: true });
  if (language === 'JSONPath' && definition['QueryLanguage'] === 'JSONata') report([...at, 'QueryLanguage'], 'Expected no state in JSONPath, since the machine is in JSONata; a machine without QueryLanguage may have states in both');
  for (const fields of EITHER) atMostOne(state, fields, at, report);
  checkErrorRules(state, at, report);
  checkOtherLanguage(state, { language, at }, report);
  const expressions = expressionsIn(state, language);
  if (language === 'JSONPath') checkContextPaths(expressions, at, report);
  else checkStatesVariable(expressions, { type, at }, report);
  checkVariables(state, { expressions, language, scope: place.scope, at }, report);
  switch (type) {
    case 'Task':
      checkTask(state, place, report);
      return checkCompensate(state, place, report);
    case 'Map':
      return checkMap(state, place, report);
    case 'Wait':
      return exactlyOne(state, language === 'JSONata' ? ['Seconds', 'Timestamp'] : ['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'], at, report);
    case 'Choice':
      if (state['Default'] === undefined) report(at, 'No Default: input that no rule fits fails the state with States.NoChoiceMatched', { severity: 'warning', ofName: true });
      return;
    default:
  }
}
