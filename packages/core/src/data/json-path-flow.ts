/**
 * The data through a state in JSONPath: InputPath, Parameters, ResultSelector, ResultPath, OutputPath, in this order.
 * Source: Amazon States Language, section "Input and Output Processing".
 */
import { isJsonObject, type DataPatch, type Json } from '@baton/contracts';
import { fillTemplate, lookUp, referencePath } from '@baton/expressions';
import type { ItemReader, ResultWriter, State } from '@baton/workflow';
import { applyPatch } from '../evolve/patch.ts';
import { holds } from './choice-rule.ts';
import type { DataFlow } from './data-flow.ts';
import { inRange } from './number.ts';
import type { Scope } from './scope.ts';
import { StateError } from './state-error.ts';

/** Fields that states of several kinds have, read where a state may have them. */
interface Fields {
  readonly InputPath?: string | null | undefined;
  readonly Parameters?: Json | undefined;
  readonly ResultSelector?: Json | undefined;
  readonly ResultPath?: string | null | undefined;
  readonly OutputPath?: string | null | undefined;
}

export const jsonPathFlow: DataFlow = {
  input: (state, scope) => {
    const { Parameters } = state as Fields;
    const selected = selectedInput(state, scope);
    return Parameters === undefined ? selected : filled(Parameters, scope.over(selected), 'Parameters');
  },
  view: selectedInput,
  output: (state, result, scope) => {
    const { ResultSelector, ResultPath } = state as Fields;
    const selected = ResultSelector === undefined ? result : filled(ResultSelector, scope.over(result), 'ResultSelector');
    const merges = state.Type === 'Task' && state.Baton?.Result === 'merge';
    return throughOutputPath(state, merges ? { op: 'merge', value: selected } : placed(ResultPath, selected, scope.data), scope);
  },
  passed: (state, scope) => {
    const { InputPath } = state as Fields;
    return throughOutputPath(state, InputPath === undefined ? KEEP : { op: 'replace', value: selectedInput(state, scope) }, scope);
  },
  chosen: (state, _rule, scope) => jsonPathFlow.passed(state, scope),
  caught: ({ ResultPath }, error, scope) => placed(ResultPath, error, scope.data),
  assigned: (assign, scope, { result, error, state }) => filled(assign, scope.over(error ?? result ?? selectedInput(state, scope)), 'Assign') as Readonly<Record<string, Json>>,
  compensation: ({ Parameters }, result, scope) => {
    const done = { Input: scope.data, Result: result };
    return Parameters === undefined ? done : filled(Parameters, scope.over(done), 'Compensate/Parameters');
  },
  holds: (rule, scope) => holds(rule, scope),
  number: (fields, field, scope, range) => {
    const { [field]: literal, [`${field}Path`]: path } = fields as Readonly<Record<string, Json | undefined>>;
    if (typeof path !== 'string') return literal as number | undefined;
    return inRange(at(path, scope, `${field}Path`), range, `${field}Path: ${path}`);
  },
  text: (fields, field, scope) => {
    const { [field]: literal, [`${field}Path`]: path } = fields as Readonly<Record<string, Json | undefined>>;
    if (typeof path !== 'string') return literal as string | undefined;
    const value = path.startsWith('$') ? at(path, scope, `${field}Path`) : called(path, scope, `${field}Path`);
    if (typeof value !== 'string') throw new StateError('States.Runtime', `${field}Path: expected a text at ${path}`);
    return value;
  },
  items: ({ ItemsPath = '$' }, scope) => {
    const items = at(ItemsPath, scope, 'ItemsPath');
    if (!Array.isArray(items)) throw new StateError('States.Runtime', `ItemsPath: expected a list at ${ItemsPath}`);
    return items as readonly Json[];
  },
  item: (state, scope) => {
    const selector = state.ItemSelector ?? state.Parameters;
    return selector === undefined ? undefined : filled(selector, scope, 'ItemSelector');
  },
  batchInput: (state, scope) => (state.ItemBatcher?.BatchInput === undefined ? undefined : filled(state.ItemBatcher.BatchInput, scope, 'BatchInput')),
};

const KEEP: DataPatch = { op: 'keep' };

function selectedInput(state: State | ItemReader | ResultWriter, scope: Scope): Json {
  const { InputPath } = state as Fields;
  return InputPath === undefined ? scope.data : InputPath === null ? {} : at(InputPath, scope, 'InputPath');
}

function at(path: string, scope: Scope, field: string): Json {
  const value = lookUp(path, scope);
  if (value === undefined) throw new StateError('States.Runtime', `${field}: the path ${path} finds nothing in the data`);
  return value;
}

const filled = (template: Json, scope: Scope, field: string): Json => fillTemplate(template, scope, field, scope.ambient(field));

function called(call: string, scope: Scope, field: string): Json {
  return (filled({ 'value.$': call }, scope, field) as { readonly value: Json }).value;
}

function placed(resultPath: string | null | undefined, value: Json, data: Json): DataPatch {
  if (resultPath === null) return KEEP;
  const path = referencePath(resultPath ?? '$') ?? [];
  if (path.length === 0) return { op: 'replace', value };
  if (!hasPlaceFor(path, data)) throw new StateError('States.ResultPathMatchFailure', `ResultPath: there is no place for ${resultPath} in the data, since what is on the way is no object`);
  return { op: 'set', path, value };
}

function hasPlaceFor(path: readonly string[], data: Json): boolean {
  const [key, ...rest] = path;
  if (key === undefined || data === null) return true;
  if (Array.isArray(data)) return /^\d+$/.test(key) && Number(key) < data.length && hasPlaceFor(rest, data[Number(key)] as Json);
  if (!isJsonObject(data)) return false;
  return !Object.hasOwn(data, key) || hasPlaceFor(rest, data[key] as Json);
}

function throughOutputPath(state: State, patch: DataPatch, scope: Scope): DataPatch {
  const { OutputPath } = state as Fields;
  if (OutputPath === undefined || OutputPath === '$') return patch;
  if (OutputPath === null) return { op: 'replace', value: {} };
  return { op: 'replace', value: at(OutputPath, scope.over(applyPatch(scope.data, patch)), 'OutputPath') };
}
