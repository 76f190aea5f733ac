/**
 * The short form: a list of steps and the business rules, which compiles to canonical Amazon States Language. Each
 * step's output is merged into the run's data; the platform's defaults apply unless the workflow or a step overrides them.
 */
import { isJsonObject, JsonRecord, JsonValue, Name, PolicyOverride, type Json, type JsonObject } from '@baton/contracts';
import { z } from 'zod';
import { defineWorkflow, type Workflow } from './workflow.ts';
import { parseResource } from './resource.ts';
import { DefinitionError, jsonPathOf, type DefinitionProblem } from './problem.ts';
import { didYouMean } from './nearest.ts';

const ShortStep = z.union(
  [
    Name,
    z.strictObject({
      step: Name,
      /** `<service>/<step>` where another service offers it. */
      resource: z.string().refine((text) => parseResource(text) !== undefined, 'Expected "<service>/<step>"').optional(),
      /** What the step gets instead of the run's data: a payload template. */
      parameters: JsonRecord.optional(),
      heartbeat_seconds: z.int().min(1).optional(),
      ...PolicyOverride.shape,
    }),
  ],
  { error: 'Expected the name of a step, or an object with "step" and what differs for it' },
);

export const ShortForm = z.strictObject({
  comment: z.string().optional(),
  version: z.int().min(1).optional(),
  steps: z.array(ShortStep).min(1, 'Expected at least one step'),
  business_rules: z.record(z.string(), JsonValue).optional(),
  input_schema: JsonRecord.optional(),
  ...PolicyOverride.shape,
});
export type ShortForm = z.infer<typeof ShortForm>;

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
  const asl = compile(form, options, name);
  const inputSchema = options.inputSchema ?? (form.input_schema as JsonObject | undefined);
  return defineWorkflow({
    name,
    version: form.version ?? 1,
    asl,
    source: { [name]: body as Json },
    ...(inputSchema !== undefined && { inputSchema }),
  });
}

function compile(form: ShortForm, options: ShortFormOptions, name: string): JsonObject {
  const steps = form.steps.map((step) => (typeof step === 'string' ? { step } : step));
  const seen = new Set<string>();
  const problems: DefinitionProblem[] = [];
  steps.forEach(({ step }, i) => {
    if (seen.has(step)) problems.push({ path: jsonPathOf([name, 'steps', i]), message: `Expected each step once, but ${JSON.stringify(step)} stands twice; write the full form to repeat a step`, severity: 'error' });
    seen.add(step);
  });
  for (const bound of Object.keys(options.bindings ?? {})) {
    if (!seen.has(bound)) problems.push({ path: jsonPathOf([name, 'steps']), message: `Expected the bound step ${JSON.stringify(bound)} among the steps${didYouMean(bound, seen)}`, severity: 'error' });
  }
  if (problems.length > 0) throw new DefinitionError(`The workflow ${name}`, problems);

  const states: Record<string, Json> = {};
  if (form.business_rules !== undefined) {
    states[RULES_STATE] = { Type: 'Pass', Comment: 'The rules are the definition’s: what a start brings under this name is replaced.', Result: form.business_rules as JsonObject, ResultPath: '$.business_rules', Next: steps[0]!.step };
  }
  steps.forEach((entry, i) => {
    const { step, resource, parameters, heartbeat_seconds: heartbeatSeconds, ...policy } = entry as Exclude<z.infer<typeof ShortStep>, string>;
    const binding = options.bindings?.[step];
    const next = steps[i + 1];
    const input = parameters ?? binding?.parameters;
    const heartbeat = heartbeatSeconds ?? binding?.heartbeatSeconds;
    states[step] = {
      Type: 'Task',
      Resource: resource ?? binding?.resource ?? `${options.service}/${step}`,
      ...(input !== undefined && { Parameters: input }),
      ...(binding?.timeoutSeconds !== undefined && policy.timeout_seconds === undefined && { TimeoutSeconds: binding.timeoutSeconds }),
      ...(heartbeat !== undefined && { HeartbeatSeconds: heartbeat }),
      Baton: { ...(policy as JsonObject), Result: 'merge' },
      ...(next === undefined ? { End: true } : { Next: next.step }),
    };
  });
  const { steps: _steps, business_rules: _rules, input_schema: _schema, version: _version, comment, ...defaults } = form;
  return {
    ...(comment !== undefined && { Comment: comment }),
    StartAt: form.business_rules === undefined ? steps[0]!.step : RULES_STATE,
    States: states,
    Baton: { Defaults: defaults as JsonObject },
  };
}

/** True for a document that looks like the short form: one member, an object with `steps`. */
export function looksLikeShortForm(document: unknown): document is Readonly<Record<string, unknown>> {
  if (!isJsonObject(document)) return false;
  const [only, ...more] = Object.values(document);
  return more.length === 0 && isJsonObject(only) && 'steps' in only;
}
