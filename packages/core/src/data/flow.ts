/**
 * The data through a state: InputPath, Parameters, ResultSelector, ResultPath, OutputPath, in this order.
 * Source: Amazon States Language, section "Input and Output Processing".
 */
import type { DataPatch, Json, RunState, Branch, JsonObject } from '@baton/contracts';
import { referencePath } from '@baton/workflow';
import { applyPatch } from '../evolve/patch.ts';
import { fillTemplate } from './payload-template.ts';
import { read, type Scope } from './path.ts';

export interface InputFields {
  readonly InputPath?: string | null | undefined;
  readonly Parameters?: Json | undefined;
}
export interface OutputFields {
  readonly ResultSelector?: Json | undefined;
  readonly ResultPath?: string | null | undefined;
  readonly OutputPath?: string | null | undefined;
}

export function effectiveInput(fields: InputFields, scope: Scope): Json {
  const selected = fields.InputPath === undefined ? scope.data : fields.InputPath === null ? {} : read(fields.InputPath, scope, 'InputPath');
  return fields.Parameters === undefined ? selected : fillTemplate(fields.Parameters, { ...scope, data: selected }, 'Parameters');
}

/** How the raw data changes by a result. `merge` is the short form's rule. */
export function outputPatch(fields: OutputFields, result: Json, scope: Scope, merge: boolean): DataPatch {
  const selected = fields.ResultSelector === undefined ? result : fillTemplate(fields.ResultSelector, { ...scope, data: result }, 'ResultSelector');
  const placed = merge ? ({ op: 'merge', value: selected } as const) : placeResult(fields.ResultPath, selected);
  return throughOutputPath(fields.OutputPath, placed, scope);
}

/** As outputPatch for states without a result of their own. */
export function passPatch(fields: { readonly InputPath?: string | null | undefined; readonly OutputPath?: string | null | undefined }, scope: Scope): DataPatch {
  const patch: DataPatch = fields.InputPath === undefined ? { op: 'keep' } : { op: 'replace', value: effectiveInput({ InputPath: fields.InputPath }, scope) };
  return throughOutputPath(fields.OutputPath, patch, scope);
}

export function placeResult(resultPath: string | null | undefined, value: Json): DataPatch {
  if (resultPath === null) return { op: 'keep' };
  const path = referencePath(resultPath ?? '$') ?? [];
  return path.length === 0 ? { op: 'replace', value } : { op: 'set', path, value };
}

function throughOutputPath(outputPath: string | null | undefined, patch: DataPatch, scope: Scope): DataPatch {
  if (outputPath === undefined || outputPath === '$') return patch;
  if (outputPath === null) return { op: 'replace', value: {} };
  return { op: 'replace', value: read(outputPath, { ...scope, data: applyPatch(scope.data, patch) }, 'OutputPath') };
}

/** What `$$` addresses: the context object. */
export function contextObject(state: RunState, branch: Branch): JsonObject {
  return {
    Execution: { Id: state.runId, Name: state.runId, StartTime: new Date(state.startedMs).toISOString() },
    State: { Name: branch.state, EnteredTime: new Date(branch.enteredMs).toISOString(), RetryCount: Object.values(branch.retries).reduce((sum, n) => sum + n, 0) },
    StateMachine: { Id: state.def.hash, Name: state.def.name },
  };
}
