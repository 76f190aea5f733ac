/** What a random program is in Amazon States Language. */
import type { Json, JsonObject } from '@baton/contracts';
import { defineWorkflow, type Workflow } from '@baton/workflow';
import { EMITTED, LESS, listed, passed, SERVICE, undoing, type Child, type Each, type Event, type Machine, type Node, type Parallel, type Pass, type Task, type Undo } from './program.ts';

export function workflowOf(machine: Machine, { name, timeoutSeconds }: { readonly name: string; readonly timeoutSeconds: number | undefined }): Workflow {
  return defineWorkflow({ name, asl: { ...machineOf(machine), ...(timeoutSeconds !== undefined && { TimeoutSeconds: timeoutSeconds }) } as JsonObject });
}

const machineOf = ({ startAt, nodes }: Machine): JsonObject => ({ StartAt: startAt, States: Object.fromEntries([...nodes].map(([name, node]) => [name, stateOf(node)])) });

function stateOf(node: Node): JsonObject {
  switch (node.kind) {
    case 'task':
      return { ...taskOf(node), ...rulesOf(node), ...onwards(node) };
    case 'wait':
      return { Type: 'Wait', Seconds: node.seconds, ...onwards(node) };
    case 'pass':
      return { ...passOf(node), ...onwards(node) };
    case 'choice': {
      const test = 'least' in node.asks ? { Variable: '$.n', NumericGreaterThanEquals: node.asks.least } : { Variable: `$.${node.asks.present}`, IsPresent: true };
      return { Type: 'Choice', Choices: [{ ...test, Next: node.yes }], Default: node.no };
    }
    case 'parallel':
      return { ...parallelOf(node), ...rulesOf(node), ...onwards(node) };
    case 'map':
      return { ...mapOf(node), ...rulesOf(node), ...onwards(node) };
    case 'event':
      return { ...eventOf(node), ...rulesOf(node), ...onwards(node) };
    case 'child':
      return { ...childOf(node), ...rulesOf(node), ...onwards(node) };
    case 'emit':
      return { Type: 'Task', Resource: 'baton:emit', Parameters: { Type: EMITTED, 'Data.$': '$.n' }, ResultSelector: { 'said.$': '$.Type' }, ResultPath: `$.${node.name}`, ...onwards(node) };
    case 'goes-on':
      return { Type: 'Task', Resource: 'baton:continueAs', Parameters: { Input: { 'n.$': `States.MathAdd($.n, -${LESS})`, 'list.$': '$.list' } }, ResultSelector: { 'of.$': '$.Workflow' }, ResultPath: `$.${node.name}`, End: true };
    case 'succeed':
      return { Type: 'Succeed' };
    case 'fail':
      return { Type: 'Fail', Error: 'Planned', Cause: 'The program ends here' };
  }
}

const onwards = ({ next }: { readonly next: string | undefined }): JsonObject => (next === undefined ? { End: true } : { Next: next });

function rulesOf(node: Task | Parallel | Each | Event | Child): JsonObject {
  const jitter = node.kind === 'task' && node.jitter;
  return {
    ...(node.retries !== undefined && { Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 2, MaxAttempts: node.retries, BackoffRate: 1.5, ...(jitter && { JitterStrategy: 'FULL' }) }] }),
    ...(node.caught !== undefined && { Catch: [{ ErrorEquals: ['States.ALL'], Next: node.caught, ResultPath: null }] }),
  };
}

const taskOf = ({ name, fails, undo }: Task): JsonObject => ({ Type: 'Task', Resource: `${SERVICE}/step`, Parameters: { node: name, fails }, ResultPath: `$.${name}`, TimeoutSeconds: 12, HeartbeatSeconds: 4, ...(undo !== undefined && { Compensate: undoOf(name, undo) }) });

const undoOf = (name: string, { fails, retries }: Undo): JsonObject => ({
  Resource: `${SERVICE}/step`,
  Parameters: { node: undoing(name), fails, 'n.$': '$.Input.n', 'done.$': '$.Result' },
  TimeoutSeconds: 10,
  HeartbeatSeconds: 4,
  ...(retries !== undefined && { Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: retries, BackoffRate: 1.5 }] }),
});

const eventOf = ({ name, signal, seconds }: Event): JsonObject => ({ Type: 'Task', Resource: 'baton:waitForEvent', Parameters: { Name: signal }, TimeoutSeconds: seconds, ResultSelector: { 'id.$': '$.Id', 'data.$': '$.Data' }, ResultPath: `$.${name}` });

const childOf = ({ name, program, waits, seconds }: Child): JsonObject => ({
  Type: 'Task',
  Resource: waits ? 'baton:startRun.sync' : 'baton:startRun',
  Parameters: { Workflow: program, Input: { 'n.$': '$.n', 'list.$': '$.list' } },
  ...(waits && { TimeoutSeconds: seconds }),
  ResultSelector: { 'of.$': '$.Workflow', ...(waits && { 'out.$': '$.Output' }) },
  ResultPath: `$.${name}`,
});

function passOf({ name, unpacks, lists }: Pass): JsonObject {
  if (unpacks === true) return { Type: 'Pass', Parameters: { 'n.$': '$.BatchInput.n', 'list.$': '$.Items' } };
  return { Type: 'Pass', Result: lists === undefined ? passed(name) : listed(lists), ResultPath: lists === undefined ? `$.${name}` : '$.wide' };
}

function parallelOf({ name, branches, selects }: Parallel): JsonObject {
  return { Type: 'Parallel', Branches: branches.map(machineOf), ResultPath: `$.${name}`, ...(selects && { Parameters: { 'n.$': '$.n', 'list.$': '$.list' } }) };
}

function mapOf({ name, machine, over, concurrency, distributed, selects, toleratedCount, toleratedPercentage, batch }: Each): JsonObject {
  const item: Json = over === 'wide' ? { 'n.$': '$$.Map.Item.Value' } : { 'n.$': '$$.Map.Item.Value.n', 'list.$': '$$.Map.Item.Value.list', 'of.$': '$.n', 'index.$': '$$.Map.Item.Index' };
  return {
    Type: 'Map',
    ItemsPath: `$.${over}`,
    ItemProcessor: { ...machineOf(machine), ...(distributed && { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } }) },
    MaxConcurrency: concurrency,
    ResultPath: `$.${name}`,
    ...(selects && { ItemSelector: item }),
    ...(toleratedCount !== undefined && { ToleratedFailureCount: toleratedCount }),
    ...(toleratedPercentage !== undefined && { ToleratedFailurePercentage: toleratedPercentage }),
    ...(batch !== undefined && { ItemBatcher: { MaxItemsPerBatch: batch, BatchInput: { 'n.$': '$.n' } } }),
  };
}
