/**
 * The data through a state in JSONata: Arguments in, Output out; no field names a place in the data, so nothing of the input
 * is left unless Output says so. Source: AWS Step Functions, "Transforming data with JSONata".
 */
import type { DataPatch, Json } from '@baton/contracts';
import { evaluateJsonata, fillJsonata, isJsonata, type JsonataScope } from '@baton/expressions';
import type { ChoiceEntry, State } from '@baton/workflow';
import type { DataFlow } from './data-flow.ts';
import { inRange } from './number.ts';
import type { Scope } from './scope.ts';
import { StateError } from './state-error.ts';

/** Fields that states of several kinds have, read where a state may have them. */
interface Fields {
  readonly Arguments?: Json | undefined;
  readonly Output?: Json | undefined;
}

/** What `$states` has beside the input and the context object. */
interface Come {
  readonly result?: Json;
  readonly errorOutput?: Json;
}

export const jsonataFlow: DataFlow = {
  input: (state, scope) => {
    const { Arguments } = state as Fields;
    return Arguments === undefined ? scope.data : filled(Arguments, scope, 'Arguments');
  },
  view: (_state, scope) => scope.data,
  output: (state, result, scope) => replaced((state as Fields).Output, result, scope, { result }),
  passed: (state, scope) => ((state as Fields).Output === undefined ? KEEP : replaced((state as Fields).Output, scope.data, scope, {})),
  chosen: (state, rule, scope) => (rule.Output === undefined ? jsonataFlow.passed(state, scope) : replaced(rule.Output as Json, scope.data, scope, {})),
  caught: ({ Output }, error, scope) => replaced(Output as Json | undefined, error, scope, { errorOutput: error }),
  assigned: (assign, scope, { result, error, state }) =>
    filled(assign, scope, 'Assign', error !== undefined ? { errorOutput: error } : result !== undefined && hasResult(state) ? { result } : {}) as Readonly<Record<string, Json>>,
  compensation: ({ Arguments }, result, scope) => (Arguments === undefined ? { Input: scope.data, Result: result } : filled(Arguments as Json, scope, 'Compensate/Arguments', { result })),
  holds: (rule, scope) => {
    const { Condition: condition } = rule as ChoiceEntry & { readonly Condition: string | boolean };
    if (typeof condition === 'boolean') return condition;
    const value = evaluated(condition, scope, 'Condition');
    return typeof value === 'boolean' ? value : misfit('Condition', 'true or false', value);
  },
  number: (fields, field, scope, range) => {
    const value = given(fields, field, scope);
    return value === undefined ? undefined : typeof value === 'number' ? inRange(value, range, field, MISFIT) : misfit(field, 'a number', value);
  },
  text: (fields, field, scope) => {
    const value = given(fields, field, scope);
    return value === undefined || typeof value === 'string' ? value : misfit(field, 'a text', value);
  },
  items: ({ Items }, scope) => {
    const items = Items === undefined ? scope.data : filled(Items as Json, scope, 'Items');
    return Array.isArray(items) ? (items as readonly Json[]) : misfit('Items', 'a list', items);
  },
  item: ({ ItemSelector }, scope) => (ItemSelector === undefined ? undefined : filled(ItemSelector as Json, scope, 'ItemSelector')),
  batchInput: ({ ItemBatcher }, scope) => (ItemBatcher?.BatchInput === undefined ? undefined : filled(ItemBatcher.BatchInput as Json, scope, 'ItemBatcher/BatchInput')),
};

const KEEP: DataPatch = { op: 'keep' };
/** A value of another kind than its field takes. */
const MISFIT = 'States.QueryEvaluationError';

/** A Pass, a Choice or a Wait asks nobody, so it has no result that an expression could name. */
const hasResult = ({ Type }: State): boolean => Type === 'Task' || Type === 'Parallel' || Type === 'Map';

const replaced = (output: Json | undefined, otherwise: Json, scope: Scope, come: Come): DataPatch => ({ op: 'replace', value: output === undefined ? otherwise : filled(output, scope, 'Output', come) });

const filled = (template: Json, scope: Scope, field: string, come: Come = {}): Json => fillJsonata(template, jsonataScope(scope, come), field, scope.ambient(field));
const evaluated = (text: string, scope: Scope, field: string): Json => evaluateJsonata(text, jsonataScope(scope, {}), field, scope.ambient(field));

/** A field whose value stands there, or is what an expression gives. */
function given(fields: object, field: string, scope: Scope): Json | undefined {
  const { [field]: value } = fields as Readonly<Record<string, Json | undefined>>;
  return typeof value === 'string' && isJsonata(value) ? evaluated(value, scope, field) : value;
}

/** The context object is made only where it is looked at. */
function jsonataScope(scope: Scope, come: Come): JsonataScope {
  return {
    states: {
      input: scope.data,
      ...come,
      get context() {
        return scope.context;
      },
    },
    variables: scope.variables,
  };
}

function misfit(field: string, expected: string, found: Json): never {
  throw new StateError(MISFIT, `${field}: expected ${expected}, but found ${JSON.stringify(found).slice(0, 200)}`);
}
