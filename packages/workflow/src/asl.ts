/**
 * Amazon States Language as Baton runs it (https://states-language.net/spec.html), as zod schemas: the single place that
 * says which field belongs to which state. Fields are exact: an unknown one is a mistake and is named.
 * The one addition is `Baton`, an object on the machine and on Task states; see baton-extension.ts.
 */
import { JsonValue } from '@baton/contracts';
import { z } from 'zod';
import { MachineExtension, TaskExtension } from './baton-extension.ts';
import { isJsonPath, isReferencePath } from './json-path.ts';
import { parseResource } from './resource.ts';

const path = z.string().refine(isJsonPath, 'Expected a JSONPath such as $.order.id, or $$.Execution.Id of the context object');
const pathOrNull = path.nullable();
const referencePath = z.string().refine(isReferencePath, 'Expected a reference path such as $.order.id: one place, no filter or wildcard');
const stateName = z.string().min(1).max(80);
const seconds = z.int().min(0).max(31_536_000);
const positiveSeconds = z.int().min(1).max(31_536_000);
const errorName = z.string().min(1).max(256);

const payloadTemplate = JsonValue;

export const Retrier = z.strictObject({
  ErrorEquals: z.array(errorName).min(1),
  IntervalSeconds: positiveSeconds.optional(),
  MaxAttempts: z.int().min(0).max(99_999_999).optional(),
  BackoffRate: z.number().min(1).max(100).optional(),
  MaxDelaySeconds: positiveSeconds.optional(),
  JitterStrategy: z.enum(['FULL', 'NONE']).optional(),
  Comment: z.string().optional(),
});
export type Retrier = z.infer<typeof Retrier>;

export const Catcher = z.strictObject({
  ErrorEquals: z.array(errorName).min(1),
  Next: stateName,
  ResultPath: referencePath.nullable().optional(),
  Comment: z.string().optional(),
});
export type Catcher = z.infer<typeof Catcher>;

const described = { Comment: z.string().optional() };
const flow = { InputPath: pathOrNull.optional(), OutputPath: pathOrNull.optional() };
const goesOn = { Next: stateName.optional(), End: z.literal(true).optional() };

export const TaskState = z.strictObject({
  Type: z.literal('Task'),
  ...described,
  ...flow,
  ...goesOn,
  Resource: z.string().refine((text) => parseResource(text) !== undefined, 'Expected "<service>/<step>", the service that offers the step and its name'),
  Parameters: payloadTemplate.optional(),
  ResultSelector: payloadTemplate.optional(),
  ResultPath: referencePath.nullable().optional(),
  TimeoutSeconds: positiveSeconds.optional(),
  TimeoutSecondsPath: referencePath.optional(),
  HeartbeatSeconds: positiveSeconds.optional(),
  HeartbeatSecondsPath: referencePath.optional(),
  Retry: z.array(Retrier).optional(),
  Catch: z.array(Catcher).optional(),
  Baton: TaskExtension.optional(),
});
export type TaskState = z.infer<typeof TaskState>;

export const PassState = z.strictObject({
  Type: z.literal('Pass'),
  ...described,
  ...flow,
  ...goesOn,
  Result: JsonValue.optional(),
  Parameters: payloadTemplate.optional(),
  ResultPath: referencePath.nullable().optional(),
});
export type PassState = z.infer<typeof PassState>;

export const WaitState = z.strictObject({
  Type: z.literal('Wait'),
  ...described,
  ...flow,
  ...goesOn,
  Seconds: seconds.optional(),
  SecondsPath: referencePath.optional(),
  Timestamp: z.iso.datetime({ offset: true }).optional(),
  TimestampPath: referencePath.optional(),
});
export type WaitState = z.infer<typeof WaitState>;

export const SucceedState = z.strictObject({ Type: z.literal('Succeed'), ...described, ...flow });
export type SucceedState = z.infer<typeof SucceedState>;

export const FailState = z.strictObject({
  Type: z.literal('Fail'),
  ...described,
  Error: z.string().max(256).optional(),
  ErrorPath: path.optional(),
  Cause: z.string().max(4_096).optional(),
  CausePath: path.optional(),
});
export type FailState = z.infer<typeof FailState>;

export const COMPARATORS = {
  StringEquals: 'string', StringLessThan: 'string', StringGreaterThan: 'string', StringLessThanEquals: 'string', StringGreaterThanEquals: 'string',
  StringMatches: 'string',
  NumericEquals: 'number', NumericLessThan: 'number', NumericGreaterThan: 'number', NumericLessThanEquals: 'number', NumericGreaterThanEquals: 'number',
  BooleanEquals: 'boolean',
  TimestampEquals: 'timestamp', TimestampLessThan: 'timestamp', TimestampGreaterThan: 'timestamp', TimestampLessThanEquals: 'timestamp', TimestampGreaterThanEquals: 'timestamp',
  IsNull: 'test', IsPresent: 'test', IsNumeric: 'test', IsString: 'test', IsBoolean: 'test', IsTimestamp: 'test',
} as const;
export type Comparator = keyof typeof COMPARATORS;

const operand = { string: z.string(), number: z.number(), boolean: z.boolean(), timestamp: z.iso.datetime({ offset: true }), test: z.boolean() };

function comparisonFields(): Record<string, z.ZodOptional<z.ZodType>> {
  const fields: Record<string, z.ZodOptional<z.ZodType>> = {};
  for (const [name, kind] of Object.entries(COMPARATORS)) {
    fields[name] = operand[kind].optional();
    if (kind !== 'test' && name !== 'StringMatches') fields[`${name}Path`] = path.optional();
  }
  return fields;
}
const DataTest = z.strictObject({ Variable: path, ...described, ...comparisonFields() }).refine(
  (rule) => Object.keys(rule).filter((key) => key !== 'Variable' && key !== 'Comment' && key !== 'Next').length === 1,
  'Expected exactly one comparison, such as NumericGreaterThan',
);

export type ChoiceRule = { readonly Next?: string | undefined; readonly Comment?: string | undefined } & (
  | { readonly And: readonly ChoiceRule[] }
  | { readonly Or: readonly ChoiceRule[] }
  | { readonly Not: ChoiceRule }
  | ({ readonly Variable: string } & Readonly<Record<string, unknown>>)
);

/** A rule without Next, which only the outermost has. The branch is chosen by the keys, so that a mistake is told once and exactly. */
const Rule: z.ZodType<ChoiceRule> = z.lazy(() =>
  z.looseObject({}).superRefine((value, context) => {
    const schema = ruleSchema(value);
    const parsed = schema.safeParse(value);
    if (!parsed.success) for (const issue of parsed.error.issues) context.addIssue({ code: 'custom', path: issue.path as (string | number)[], message: issue.message });
  }),
) as unknown as z.ZodType<ChoiceRule>;

function ruleSchema(value: object): z.ZodType {
  if ('And' in value) return z.strictObject({ And: z.array(Rule).min(1), ...described });
  if ('Or' in value) return z.strictObject({ Or: z.array(Rule).min(1), ...described });
  if ('Not' in value) return z.strictObject({ Not: Rule, ...described });
  return DataTest;
}

const TopRule = z.looseObject({ Next: stateName }).superRefine((value, context) => {
  const { Next: _next, ...rule } = value;
  const parsed = Rule.safeParse(rule);
  if (!parsed.success) for (const issue of parsed.error.issues) context.addIssue({ code: 'custom', path: issue.path as (string | number)[], message: issue.message });
}) as unknown as z.ZodType<ChoiceRule & { readonly Next: string }>;

export const ChoiceState = z.strictObject({ Type: z.literal('Choice'), ...described, ...flow, Choices: z.array(TopRule).min(1), Default: stateName.optional() });
export type ChoiceState = z.infer<typeof ChoiceState>;

export const State = z.discriminatedUnion('Type', [TaskState, PassState, WaitState, ChoiceState, SucceedState, FailState], {
  error: (issue) => {
    const type = (issue.input as { Type?: unknown } | undefined)?.Type;
    return `Expected Type to be one of Task, Pass, Wait, Choice, Succeed, Fail${type === undefined ? '' : `, but found ${JSON.stringify(type)}`}`;
  },
});
export type State = z.infer<typeof State>;
export type StateType = State['Type'];

export const StateMachine = z.strictObject({
  Comment: z.string().optional(),
  Version: z.literal('1.0').optional(),
  QueryLanguage: z.literal('JSONPath').optional(),
  StartAt: stateName,
  TimeoutSeconds: positiveSeconds.optional(),
  States: z.record(stateName, State),
  Baton: MachineExtension.optional(),
});
export type StateMachine = z.infer<typeof StateMachine>;
