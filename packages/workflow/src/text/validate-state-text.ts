/** One state of a definition as text, for whoever tries it out alone: found by its name and checked by itself. */
import { isJsonObject, type Json, type JsonObject } from '@baton/contracts';
import { checkLoneState } from '../checks/machine.ts';
import { problemList } from '../checks/problems.ts';
import { didYouMean } from '../nearest.ts';
import { jsonPathOf, type DefinitionProblem } from '../problem.ts';
import { resolveResource, splitResource } from '../resource.ts';
import { resourcesWritten, statesInside, statesWritten } from '../states-written.ts';
import type { State } from '../states/index.ts';
import { collect } from '../validate.ts';
import { readDefinitionText, type DefinitionText, type TextFormat } from './definition-text.ts';

export interface StateText {
  /** Absent where there is no such state, or it has an error. */
  readonly state?: State;
  /** What is known of its machine: everything but the states. Of a state that stands alone in its file, nothing. */
  readonly machine: JsonObject;
  /** Of this state and of machines inside it. */
  readonly problems: readonly DefinitionProblem[];
  /** Errors that the rest of the definition has. */
  readonly errorsElsewhere: number;
}

/** What any Resource is bound to, since nothing runs for it here. */
const ANY_STEP = 'test/step';

/**
 * Never throws. Resources need not be bound to anything: whoever tries a state out says what they answer.
 * @param name a state's, however deep it stands; undefined: the text is one state without a machine, as AWS's TestState takes it.
 */
export function validateStateText(text: string, name: string | undefined, format?: TextFormat): StateText {
  const read = readDefinitionText(text, format);
  const unread = read.problems.map(({ path, ...problem }): DefinitionProblem => ({ ...problem, path: jsonPathOf(path), severity: 'error' }));
  if (read.value === undefined || !isJsonObject(read.value)) return { machine: {}, problems: unread.length > 0 ? unread : [missing(read, 'Expected an object')], errorsElsewhere: 0 };
  const { States: states, ...machine } = read.value;
  if (name !== undefined) return named(name, { read, machine, unread });
  if (states !== undefined) return { machine, problems: [missing(read, `This is a whole machine: say which of its states is meant, such as ${JSON.stringify(Object.keys(isJsonObject(states) ? states : {})[0] ?? 'Pay')}`)], errorsElsewhere: 0 };
  const { problems, report } = problemList(read.placeOf);
  const resources = [machine, ...[...statesInside(machine, [])].map(({ state }) => state)].flatMap(resourcesWritten);
  collect(machine, { bindings: bindingsOf(resources, {}) }, report, (state, checks) => checkLoneState(state, {}, checks));
  return checked(machine, {}, [...unread, ...problems], 0);
}

function named(name: string, { read, machine, unread }: { readonly read: DefinitionText; readonly machine: JsonObject; readonly unread: readonly DefinitionProblem[] }): StateText {
  const states = [...statesWritten(read.value)];
  const found = states.find((state) => state.name === name);
  if (found === undefined) {
    const names = states.map((state) => state.name);
    return { machine, problems: [missing(read, `There is no state ${JSON.stringify(name)}${didYouMean(name, names) || (names.length === 0 ? '' : `; there are ${names.slice(0, 20).map((one) => JSON.stringify(one)).join(', ')}${names.length > 20 ? ', …' : ''}`)}`)], errorsElsewhere: 0 };
  }
  const { problems, report } = problemList(read.placeOf);
  collect(read.value, { bindings: bindingsOf(states.flatMap(({ state }) => resourcesWritten(state)), machine) }, report);
  const all = [...unread, ...problems];
  const own = all.filter(({ path }) => isWithin(path, jsonPathOf(found.path)));
  const errorsElsewhere = all.filter((problem) => problem.severity === 'error' && !own.includes(problem)).length;
  return checked(found.state, machine, own, errorsElsewhere);
}

const checked = (state: JsonObject, machine: JsonObject, problems: readonly DefinitionProblem[], errorsElsewhere: number): StateText => ({
  ...(!problems.some(({ severity }) => severity === 'error') && { state: state as unknown as State }),
  machine,
  problems,
  errorsElsewhere,
});

const isWithin = (path: string, place: string): boolean => path === place || (path.startsWith(place) && '.['.includes(path[place.length]!));

const missing = (read: DefinitionText, message: string): DefinitionProblem => ({ path: '$', ...read.placeOf([]), message, severity: 'error' });

function bindingsOf(resources: readonly string[], machine: JsonObject): Readonly<Record<string, string>> {
  const { Baton: extension } = machine;
  const own: Json | undefined = isJsonObject(extension) ? extension['Resources'] : undefined;
  const bound = { Baton: { Resources: (isJsonObject(own) ? Object.fromEntries(Object.entries(own).filter(([, step]) => typeof step === 'string')) : {}) as Record<string, string> } };
  return Object.fromEntries(resources.filter((resource) => resolveResource(resource, bound) === undefined).map((resource) => [splitResource(resource).name, ANY_STEP]));
}
