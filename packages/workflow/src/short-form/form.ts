/** What the short form may say: steps one after another, groups of them side by side, and conditions. */
import { JsonRecord, JsonValue, Name, PolicyOverride } from '@baton/contracts';
import { isJsonata } from '@baton/expressions';
import { z } from 'zod';
import { jsonataMistake } from '../expressions.ts';
import { engineResourceOf } from '../engine-resources/index.ts';
import { parseResource } from '../resource.ts';
import { validateState } from '../validate.ts';

/** A rule as it stands in Choices, without Next; or JSONata that gives true or false. */
export type When = string | Readonly<Record<string, unknown>>;

const When = z.custom<When>().superRefine((value, context) => {
  if (typeof value === 'string') {
    const message = isJsonata(value) ? jsonataMistake(value) : 'Expected a rule such as { "Variable": "$.total", "NumericGreaterThan": 100 }, or JSONata between {% and %}';
    if (message !== undefined) context.addIssue({ code: 'custom', message });
    return;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return context.addIssue({ code: 'custom', message: 'Expected a rule such as { "Variable": "$.total", "NumericGreaterThan": 100 }, or JSONata between {% and %}' });
  if ('Next' in value) return context.addIssue({ code: 'custom', path: ['Next'], message: 'Expected no Next here: the step is what follows' });
  const problems = validateState({ Type: 'Choice', Choices: [{ ...value, Next: 'x' }], Default: 'x' });
  for (const { path, message, severity } of problems) {
    const place = /^\$\.Choices\[0\]\.?(.*)$/s.exec(path)?.[1];
    if (severity === 'error' && place !== undefined) context.addIssue({ code: 'custom', path: place === '' ? [] : [place], message });
  }
});

/** `<service>/<step>` where another service offers it. */
const resource = z.string().refine((text) => parseResource(text) !== undefined, 'Expected "<service>/<step>"').optional();

const UndoStep = z.strictObject({
  step: Name,
  resource,
  /** What it gets instead of `{ "Input": …, "Result": … }`: a payload template over these. */
  parameters: JsonRecord.optional(),
  timeout_seconds: z.int().min(1).optional(),
  heartbeat_seconds: z.int().min(1).optional(),
});
export type UndoStep = z.infer<typeof UndoStep>;

const step = {
  step: Name,
  /** `<service>/<step>` where another service offers it, or what the engine does itself, such as `baton:askPerson`. */
  resource: z.string().refine((text) => parseResource(text) !== undefined || engineResourceOf(text) !== undefined, 'Expected "<service>/<step>", or a resource of the engine such as "baton:waitForEvent"').optional(),
  /** What the step gets instead of the run's data: a payload template. */
  parameters: JsonRecord.optional(),
  heartbeat_seconds: z.int().min(1).optional(),
  /** The step runs only where this is so. */
  when: When.optional(),
  /** The step that undoes it, where the run does not end well. */
  compensate: z.union([Name, UndoStep], { error: 'Expected the name of a step, or an object with "step", "resource", "parameters", "timeout_seconds" and "heartbeat_seconds"' }).optional(),
  ...PolicyOverride.shape,
};
const StepEntry = z.strictObject(step);
export type StepEntry = z.infer<typeof StepEntry>;

/** States.JsonMerge nests at most ten deep, and the data is merged too. */
const MOST_IN_GROUP = 10;

/** Chosen by what is written, so that each mistake is told where it stands. */
function chosen<T>(choose: (value: unknown) => z.ZodType<T>) {
  return z.unknown().transform((value, context): T => {
    const parsed = choose(value).safeParse(value);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) context.addIssue({ ...issue } as never);
    return z.NEVER;
  });
}

const NAME_OR_STEP = 'Expected the name of a step, or an object with "step" and what differs for it';
const isGroup = (value: unknown): boolean => typeof value === 'object' && value !== null && 'parallel' in value;
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

const inGroup = chosen<string | StepEntry>((value) =>
  typeof value === 'string' ? Name : isGroup(value) ? z.never({ error: 'Expected a step: a group stands in no other group; write such a workflow with the builder' }) : isObject(value) ? StepEntry : z.never({ error: NAME_OR_STEP }),
);

const Group = z.strictObject({
  /** Steps that run side by side, each on the data from before the group. */
  parallel: z.array(inGroup).min(2, 'Expected at least two steps').max(MOST_IN_GROUP, `Expected at most ${MOST_IN_GROUP} steps`),
  /** Of the state. Default: `Group 1`, and so on. */
  name: Name.optional(),
  /** The group runs only where this is so. */
  when: When.optional(),
});
export type GroupEntry = z.infer<typeof Group>;

const Entry = chosen<string | StepEntry | GroupEntry>((value) =>
  typeof value === 'string' ? Name : isGroup(value) ? Group : isObject(value) ? StepEntry : z.never({ error: `${NAME_OR_STEP}; or with "parallel", a group of steps` }),
);

export const ShortForm = z.strictObject({
  comment: z.string().optional(),
  version: z.int().min(1).optional(),
  steps: z.array(Entry).min(1, 'Expected at least one step'),
  business_rules: z.record(z.string(), JsonValue).optional(),
  input_schema: JsonRecord.optional(),
  ...PolicyOverride.shape,
});
export type ShortForm = z.infer<typeof ShortForm>;

/** A step by its name alone is one with nothing that differs. */
export const asStep = (entry: string | StepEntry): StepEntry => (typeof entry === 'string' ? { step: entry } : entry);
