/**
 * The short form: a list of steps and the business rules, which compiles to canonical Amazon States Language. Each
 * step's output is merged into the run's data; the platform's defaults apply unless the workflow or a step overrides them.
 */
import type { Json, JsonObject } from '@baton/contracts';
import { ownTimeout } from '../engine-resources/index.ts';
import { machineOf, type Part } from '../builder/parts.ts';
import { didYouMean } from '../nearest.ts';
import { DefinitionError, jsonPathOf, type DefinitionProblem } from '../problem.ts';
import { defineWorkflow, type Workflow } from '../workflow.ts';
import { asStep, ShortForm, type GroupEntry, type StepEntry, type UndoStep, type When } from './form.ts';

/** How a step of the short form is bound when the service that publishes the workflow does not offer it itself. */
export interface StepBinding {
  /** `<service>/<step>`. */
  readonly resource: string;
  /** Payload template for the step's input; without it the step gets the run's data. */
  readonly parameters?: JsonObject;
  readonly heartbeatSeconds?: number;
  readonly timeoutSeconds?: number;
}

export interface ShortFormOptions {
  /** The service whose steps are meant by plain names. */
  readonly service: string;
  readonly bindings?: Readonly<Record<string, StepBinding>>;
  /** JSON Schema (draft 2020-12) for the input of a run. */
  readonly inputSchema?: JsonObject;
}

const RULES_STATE = 'Business rules';

/**
 * Compiles a document with one workflow.
 * @throws DefinitionError naming every mistake with its path.
 */
export function shortForm(document: Readonly<Record<string, unknown>>, options: ShortFormOptions): Workflow {
  const [name, body, ...more] = Object.entries(document).flat();
  if (typeof name !== 'string' || more.length > 0) {
    throw new DefinitionError('The short form', [{ path: '$', message: `Expected one workflow, but found ${Object.keys(document).length}`, severity: 'error' }]);
  }
  const parsed = ShortForm.safeParse(body);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue): DefinitionProblem => ({ path: jsonPathOf([name, ...issue.path]), message: issue.message, severity: 'error' }));
    throw new DefinitionError(`The workflow ${name}`, problems);
  }
  const form = parsed.data;
  const problems = mistakesOf(form, options, name);
  if (problems.length > 0) throw new DefinitionError(`The workflow ${name}`, problems);
  const inputSchema = options.inputSchema ?? (form.input_schema as JsonObject | undefined);
  return defineWorkflow({
    name,
    version: form.version ?? 1,
    asl: compile(form, options),
    source: { [name]: body as Json },
    ...(inputSchema !== undefined && { inputSchema }),
  });
}

function mistakesOf(form: ShortForm, { bindings = {} }: ShortFormOptions, name: string): DefinitionProblem[] {
  const problems: DefinitionProblem[] = [];
  const report = (keys: readonly PropertyKey[], message: string): void => void problems.push({ path: jsonPathOf([name, 'steps', ...keys]), message, severity: 'error' });
  const seen = new Set<string>();
  const see = (step: string, keys: readonly PropertyKey[]): void => {
    if (seen.has(step)) report(keys, `Expected each step once, but ${JSON.stringify(step)} stands twice; write the full form to repeat a step`);
    seen.add(step);
  };
  /** One may undo several. */
  const undoing = new Set<string>();
  const seeUndoing = (entry: string | StepEntry): void => {
    const { compensate } = asStep(entry);
    if (compensate !== undefined) undoing.add(typeof compensate === 'string' ? compensate : compensate.step);
  };
  form.steps.forEach((entry, i) => {
    (isGroup(entry) ? entry.parallel : [entry]).forEach(seeUndoing);
    if (!isGroup(entry)) return see(asStep(entry).step, [i]);
    entry.parallel.forEach((inner, j) => {
      const { step, default_error_handler: own } = asStep(inner);
      see(step, [i, 'parallel', j]);
      if ((own ?? form.default_error_handler) === 'continue') report([i, 'parallel', j], 'Expected "default_error_handler": "fail" for a step of a group: what its branch records of an error would not come together with the others');
    });
  });
  for (const bound of Object.keys(bindings)) {
    if (!seen.has(bound) && !undoing.has(bound)) report([], `Expected the bound step ${JSON.stringify(bound)} among the steps${didYouMean(bound, [...seen, ...undoing])}`);
  }
  return problems;
}

function compile(form: ShortForm, options: ShortFormOptions): JsonObject {
  const rules: Part[] =
    form.business_rules === undefined
      ? []
      : [{ name: RULES_STATE, goesOn: true, state: { Type: 'Pass', Comment: 'The rules are the definition’s: what a start brings under this name is replaced.', Result: form.business_rules as JsonObject, ResultPath: '$.business_rules' } }];
  let groups = 0;
  const parts = form.steps.flatMap((entry): Part[] => {
    if (isGroup(entry)) return onlyWhen(entry.when, groupPart(entry, entry.name ?? `Group ${++groups}`, options));
    const step = asStep(entry);
    return onlyWhen(step.when, { name: step.step, goesOn: true, state: taskOf(step, options, { Result: 'merge' }) });
  });
  const { steps: _steps, business_rules: _rules, input_schema: _schema, version: _version, comment, ...defaults } = form;
  return {
    ...(comment !== undefined && { Comment: comment }),
    ...machineOf([...rules, ...parts]),
    Baton: { Defaults: defaults as JsonObject },
  };
}

const isGroup = (entry: string | StepEntry | GroupEntry): entry is GroupEntry => typeof entry === 'object' && 'parallel' in entry;

function taskOf({ step, resource, parameters, heartbeat_seconds: heartbeatSeconds, when: _when, compensate, ...said }: StepEntry, options: ShortFormOptions, extension: JsonObject): JsonObject {
  const { service, bindings = {} } = options;
  const binding = bindings[step];
  const input = parameters ?? binding?.parameters;
  const heartbeat = heartbeatSeconds ?? binding?.heartbeatSeconds;
  const named = resource ?? binding?.resource ?? `${service}/${step}`;
  const { timeoutSeconds = said.timeout_seconds === undefined ? binding?.timeoutSeconds : undefined, policy } = ownTimeout(named, said);
  return {
    Type: 'Task',
    Resource: named,
    ...(input !== undefined && { Parameters: input }),
    ...(timeoutSeconds !== undefined && { TimeoutSeconds: timeoutSeconds }),
    ...(heartbeat !== undefined && { HeartbeatSeconds: heartbeat }),
    ...(compensate !== undefined && { Compensate: compensateOf(typeof compensate === 'string' ? { step: compensate } : compensate, options) }),
    Baton: { ...(policy as JsonObject), ...extension },
  };
}

function compensateOf({ step, resource, parameters, timeout_seconds: timeoutSeconds, heartbeat_seconds: heartbeatSeconds }: UndoStep, { service, bindings = {} }: ShortFormOptions): JsonObject {
  const binding = bindings[step];
  const input = parameters ?? binding?.parameters;
  const timeout = timeoutSeconds ?? binding?.timeoutSeconds;
  const heartbeat = heartbeatSeconds ?? binding?.heartbeatSeconds;
  return {
    Resource: resource ?? binding?.resource ?? `${service}/${step}`,
    ...(input !== undefined && { Parameters: input }),
    ...(timeout !== undefined && { TimeoutSeconds: timeout }),
    ...(heartbeat !== undefined && { HeartbeatSeconds: heartbeat }),
  };
}

/** A part that is passed over where its condition is not so. */
function onlyWhen(when: When | undefined, part: Part, otherwise: readonly Part[] = []): Part[] {
  if (when === undefined) return [part];
  const rule = typeof when === 'string' ? { Condition: when } : (when as JsonObject);
  const state = { Type: 'Choice', ...(typeof when === 'string' && { QueryLanguage: 'JSONata' }) };
  return [
    {
      name: `${part.name}?`,
      goesOn: false,
      state,
      turns: [
        { parts: [part], lead: (choice, next) => ({ ...choice, Choices: [{ ...rule, Next: next }] }) },
        { parts: otherwise, lead: (choice, next) => ({ ...choice, Default: next }) },
      ],
    },
  ];
}

/**
 * Steps side by side, and what they give merged into the data. A first branch hands the data through, since the result of a
 * Parallel is that of its branches alone; a later step's member goes before an earlier one's.
 */
function groupPart({ parallel }: GroupEntry, name: string, options: ShortFormOptions): Part {
  const data: Part = { name: `${name}: data`, goesOn: true, state: { Type: 'Pass' } };
  const branches = parallel.map((entry) => {
    const step = asStep(entry);
    const nothing: Part = { name: `${step.step}: nothing`, goesOn: true, state: { Type: 'Pass', Result: {} } };
    return onlyWhen(step.when, { name: step.step, goesOn: true, state: taskOf(step, options, { default_error_handler: 'fail' }) }, [nothing]);
  });
  const merged = branches.reduce((call, _branch, i) => `States.JsonMerge(${call}, $[${i + 1}], false)`, '$[0]');
  return { name, goesOn: true, state: { Type: 'Parallel', Branches: [[data], ...branches].map((branch) => machineOf(branch) as unknown as Json), ResultSelector: { 'merged.$': merged }, OutputPath: '$.merged' } };
}
