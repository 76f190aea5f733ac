/**
 * What a person is asked for: an object of JSON Schema, of a kind that a page can show and whose check takes linear time. There are
 * no patterns, no references, and no forms inside forms.
 */
import { z } from 'zod';
import type { JsonObject } from './json.ts';
import { readValue } from './read.ts';

const MAX_FIELDS = 50;
const MAX_CHOICES = 200;

const choice = z.string().min(1).max(200);
const choices = z.array(choice).min(1).max(MAX_CHOICES);
const count = z.int().min(0).max(100_000);
const about = { title: z.string().min(1).max(200).optional(), description: z.string().max(2_000).optional() };

const TextField = z.strictObject({
  type: z.literal('string'),
  ...about,
  enum: choices.optional(),
  format: z.enum(['date', 'date-time', 'email', 'uri']).optional(),
  minLength: count.optional(),
  maxLength: count.optional(),
  default: z.string().optional(),
});
const number = { ...about, minimum: z.number().optional(), maximum: z.number().optional(), default: z.number().optional() };
const NumberField = z.strictObject({ type: z.literal('number'), ...number });
const IntegerField = z.strictObject({ type: z.literal('integer'), ...number });
const BooleanField = z.strictObject({ type: z.literal('boolean'), ...about, default: z.boolean().optional() });
/** Several of a few. */
const ListField = z.strictObject({
  type: z.literal('array'),
  ...about,
  items: z.strictObject({ type: z.literal('string'), enum: choices }),
  minItems: count.optional(),
  maxItems: count.optional(),
  default: z.array(choice).max(MAX_CHOICES).optional(),
});

export const FormField = z.discriminatedUnion('type', [TextField, NumberField, IntegerField, BooleanField, ListField]);
export type FormField = z.infer<typeof FormField>;

const FieldName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/, "Expected a name of 1 to 64 letters, digits, '_' or '-', beginning with a letter or '_'");

export const Form = z
  .strictObject({
    type: z.literal('object'),
    /** In the order in which they are asked. */
    properties: z.record(FieldName, FormField),
    required: z.array(z.string()).max(MAX_FIELDS).optional(),
    /** A form takes nothing beside its fields, so it may be said. */
    additionalProperties: z.literal(false).optional(),
  })
  .superRefine(({ properties, required = [] }, context) => {
    const names = Object.keys(properties);
    const wrong = (path: (string | number)[], message: string): void => context.addIssue({ code: 'custom', path, message });
    if (names.length === 0 || names.length > MAX_FIELDS) wrong(['properties'], `Expected 1 to ${MAX_FIELDS} fields, but found ${names.length}`);
    for (const [i, name] of required.entries()) if (!Object.hasOwn(properties, name)) wrong(['required', i], `Expected one of ${names.join(', ')}, but found ${name.slice(0, 64)}`);
    for (const [name, field] of Object.entries(properties)) {
      const [least, most] = boundsOf(field);
      if (least !== undefined && most !== undefined && least > most) wrong(['properties', name], `Expected a field that something fits, but its least is ${least} and its most ${most}`);
      else if (field.default !== undefined && !valueOf(field).safeParse(field.default).success) wrong(['properties', name, 'default'], 'Expected a value that fits the field');
    }
  });
export type Form = z.infer<typeof Form>;

function boundsOf(field: FormField): readonly [least: number | undefined, most: number | undefined] {
  switch (field.type) {
    case 'string':
      return [field.minLength, field.maxLength];
    case 'array':
      return [field.minItems, field.maxItems];
    case 'boolean':
      return [undefined, undefined];
    default:
      return [field.minimum, field.maximum];
  }
}

/** @throws ContractError `schema` with one problem for each field that does not fit. */
export function readAnswer(form: Form, answer: unknown): JsonObject {
  const { properties, required = [] } = form;
  const fields = Object.entries(properties).map(([name, field]) => [name, required.includes(name) ? valueOf(field) : valueOf(field).optional()] as const);
  const schema = z.strictObject(Object.fromEntries(fields), {
    error: (issue) => (issue.code === 'unrecognized_keys' ? `Expected no field beside ${Object.keys(properties).join(', ')}, but found ${(issue['keys'] as string[]).join(', ').slice(0, 200)}` : 'Expected an object with the fields of the form'),
  });
  return readValue(schema, answer) as JsonObject;
}

const expecting = (what: string) => ({ error: ({ input }: { readonly input?: unknown }) => (input === undefined ? 'Expected this field, but it is missing' : `Expected ${what}`) });

function valueOf(field: FormField): z.ZodType {
  switch (field.type) {
    case 'string':
      return field.enum === undefined ? textOf(field) : z.enum(field.enum as [string, ...string[]], expecting(`one of ${field.enum.join(', ').slice(0, 500)}`));
    case 'boolean':
      return z.boolean(expecting('true or false'));
    case 'array': {
      const { items, minItems = 0, maxItems = items.enum.length } = field;
      const element = z.enum(items.enum as [string, ...string[]], expecting(`one of ${items.enum.join(', ').slice(0, 500)}`));
      return z.array(element, expecting('a list')).min(minItems, `Expected at least ${minItems}`).max(maxItems, `Expected at most ${maxItems}`).refine((values) => new Set(values).size === values.length, 'Expected each at most once');
    }
    default: {
      const { type, minimum = -Number.MAX_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = field;
      const base = type === 'integer' ? z.int(expecting('a whole number')) : z.number(expecting('a number'));
      return base.min(minimum, `Expected at least ${minimum}`).max(maximum, `Expected at most ${maximum}`);
    }
  }
}

function textOf({ format, minLength = 0, maxLength = 100_000 }: Extract<FormField, { type: 'string' }>): z.ZodType<string> {
  const long = z.string(expecting('a text')).min(minLength, `Expected at least ${minLength} characters`).max(maxLength, `Expected at most ${maxLength} characters`);
  switch (format) {
    case 'date':
      return long.pipe(z.iso.date('Expected a date, such as 2026-01-31'));
    case 'date-time':
      return long.pipe(z.iso.datetime({ offset: true, error: 'Expected a time with its zone, such as 2026-01-31T12:00:00Z' }));
    case 'email':
      return long.pipe(z.email('Expected an e-mail address'));
    case 'uri':
      return long.pipe(z.url('Expected an address, such as https://example.com'));
    default:
      return long;
  }
}
