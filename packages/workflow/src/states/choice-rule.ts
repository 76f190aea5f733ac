/** One rule of a Choice: in JSONPath a comparison or And, Or, Not of such; in JSONata a condition. */
import { z } from 'zod';
import { assign, comment, expression, jsonataTemplate, path, place, stateName } from './fields.ts';
import { timestamp } from './wait.ts';

/** What each comparison compares with. All but the tests and StringMatches exist once more with `Path` behind, taking the operand from the data. */
export const COMPARATORS = {
  StringEquals: 'string', StringLessThan: 'string', StringGreaterThan: 'string', StringLessThanEquals: 'string', StringGreaterThanEquals: 'string',
  StringMatches: 'string',
  NumericEquals: 'number', NumericLessThan: 'number', NumericGreaterThan: 'number', NumericLessThanEquals: 'number', NumericGreaterThanEquals: 'number',
  BooleanEquals: 'boolean',
  TimestampEquals: 'timestamp', TimestampLessThan: 'timestamp', TimestampGreaterThan: 'timestamp', TimestampLessThanEquals: 'timestamp', TimestampGreaterThanEquals: 'timestamp',
  IsNull: 'test', IsPresent: 'test', IsNumeric: 'test', IsString: 'test', IsBoolean: 'test', IsTimestamp: 'test',
} as const;
export type Comparator = keyof typeof COMPARATORS;

/** What a rule says, without where it leads. */
export type ChoiceRule = { readonly Next?: string | undefined; readonly Comment?: string | undefined } & (
  | { readonly And: readonly ChoiceRule[] }
  | { readonly Or: readonly ChoiceRule[] }
  | { readonly Not: ChoiceRule }
  | ({ readonly Variable: string } & Readonly<Record<string, unknown>>)
  /** JSONata. */
  | { readonly Condition: string | boolean }
);

/** A rule as it stands in `Choices`. */
export type ChoiceEntry = ChoiceRule & { readonly Next: string; readonly Assign?: Readonly<Record<string, unknown>> | undefined; readonly Output?: unknown };

const operand = { string: z.string(), number: z.number(), boolean: z.boolean(), timestamp, test: z.boolean() };
/** What only a rule that stands in `Choices` itself may have. */
const leads = { Next: stateName.describe('The state that follows where the rule fits.') };

function comparisonFields(): Record<string, z.ZodOptional<z.ZodType>> {
  const fields: Record<string, z.ZodOptional<z.ZodType>> = {};
  for (const [name, kind] of Object.entries(COMPARATORS)) {
    fields[name] = operand[kind].optional().describe(kind === 'test' ? 'Whether the Variable is so, or is not.' : name === 'StringMatches' ? 'A pattern: * stands for any characters, \\\\* for a star.' : `The ${kind} to compare with.`);
    if (kind !== 'test' && name !== 'StringMatches') fields[`${name}Path`] = place.optional().describe(`As ${name}, with what stands at this path.`);
  }
  return fields;
}
const comparisons = comparisonFields();

/** The schemas of a rule; the one meant is chosen by its keys, so that a mistake is told once and exactly. */
function schemasOf(extra: z.ZodRawShape) {
  const shape = { ...comment, ...extra };
  return {
    And: z.strictObject({ And: z.array(z.lazy(() => InnerRule)).min(1).describe('Rules that must all fit.'), ...shape }),
    Or: z.strictObject({ Or: z.array(z.lazy(() => InnerRule)).min(1).describe('Rules of which one must fit.'), ...shape }),
    Not: z.strictObject({ Not: z.lazy(() => InnerRule).describe('A rule that must not fit.'), ...shape }),
    comparison: z.strictObject({ Variable: path.describe('What is compared. With exactly one comparison beside it.'), ...comparisons, ...shape }).superRefine((rule, context) => {
      const found = Object.keys(rule).filter((key) => Object.hasOwn(comparisons, key));
      // What is misspelled is told as the field that there is not.
      const misspelled = Object.keys(rule).some((key) => !Object.hasOwn(comparisons, key) && key !== 'Variable' && !Object.hasOwn(shape, key));
      if (found.length !== 1 && !(found.length === 0 && misspelled)) context.addIssue({ code: 'custom', message: `Expected exactly one comparison, such as NumericGreaterThan, but found ${found.length === 0 ? 'none' : found.join(' and ')}` });
    }),
  };
}

type RulePlace = 'inner' | 'outer';

function chosenByKeys(place: RulePlace): z.ZodType {
  return z.looseObject({}).superRefine((value, context) => {
    const schemas = RULES[place];
    const schema = 'And' in value ? schemas.And : 'Or' in value ? schemas.Or : 'Not' in value ? schemas.Not : schemas.comparison;
    const parsed = schema.safeParse(value);
    if (!parsed.success) for (const issue of parsed.error.issues) context.addIssue({ ...issue } as never);
  }).meta({ rule: place });
}

/** Rules that stand in another, and those that stand in `Choices` itself. */
export const RULES = { inner: schemasOf({}), outer: schemasOf({ ...leads, ...assign.JSONPath }) };
const InnerRule: z.ZodType = chosenByKeys('inner');
const OuterRule = chosenByKeys('outer') as unknown as z.ZodType<ChoiceEntry>;

const Condition = z.strictObject({
  Condition: z.union([z.boolean(), expression]).describe('True, or an expression that gives true, where the rule fits.'),
  ...leads,
  Output: jsonataTemplate.optional().describe('What goes on when this rule is taken. Default: the Choice’s Output.'),
  ...assign.JSONata,
  ...comment,
});

const ORDER = 'The rules, in the order in which they are asked; the first that fits counts.';
export const choices = {
  JSONPath: { Choices: z.array(OuterRule).min(1).describe(ORDER) },
  JSONata: { Choices: z.array(Condition as unknown as z.ZodType<ChoiceEntry>).min(1).describe(ORDER) },
};
