/** Fields that several kinds of states have, and the values that may stand in them. Limits: AWS Step Functions, "Service quotas". */
import { JsonRecord, JsonValue, type Json } from '@baton/contracts';
import { z } from 'zod';
import { jsonataMistake, jsonataMistakes, pathMistake, pathOrCallMistake, placeMistake, targetMistake, templateMistakes, type Mistake } from '../expressions.ts';
import { QueryLanguage } from './query-language.ts';

/** Longest time that a state may wait or run, in seconds: a little over three years. Source: Amazon States Language. */
export const MAX_SECONDS = 99_999_999;

const text = (mistake: (text: string) => string | undefined, pattern: string) =>
  z
    .string()
    .superRefine((value, context) => {
      const message = mistake(value);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    })
    .meta({ pattern });
const template = <Schema extends z.ZodType<Json>>(schema: Schema, mistakes: (template: Json) => readonly Mistake[]) =>
  schema.superRefine((value, context) => {
    for (const { message, path } of mistakes(value)) context.addIssue({ code: 'custom', message, path: [...path] });
  });

/** A path into the data ($…), the context object ($$…) or a variable ($name…). */
export const path = text(pathMistake, '^\\$');
/** A path, or a call of an intrinsic function. */
export const pathOrCall = text(pathOrCallMistake, '^(\\$|States\\.)');
/** A path to one place: no filter, slice or wildcard. */
export const place = text(placeMistake, '^\\$');
/** One place in the data, to be written to. */
export const target = text(targetMistake, '^\\$');
export const stateName = z.string().min(1).max(80);

/** An expression: `{% … %}`. */
export const expression = text(jsonataMistake, '^\\{%[\\s\\S]*%\\}$');
export const orExpression = <Schema extends z.ZodType>(schema: Schema) => z.union([schema, expression]);

export const count = z.int().min(0);
export const seconds = z.int().min(0).max(MAX_SECONDS);
export const positiveSeconds = z.int().min(1).max(MAX_SECONDS);

export const payloadTemplate = template(JsonValue, templateMistakes);
export const jsonataTemplate = template(JsonValue, jsonataMistakes);

export const comment = { Comment: z.string().optional().describe('For people; nothing reads it.') };
/** Every kind of state has these. */
export const described = { ...comment, QueryLanguage: QueryLanguage.optional().describe('The language of this state’s fields; default: the machine’s. A machine in JSONata has no states in JSONPath.') };
/** States that lead on, or end their machine. */
export const goesOn = {
  Next: stateName.optional().describe('The state that follows, of the same machine. Exactly one of Next and End.'),
  End: z.literal(true).optional().describe('This state ends its machine.'),
};
/** JSONPath: every kind of state but Fail. */
export const flow = {
  InputPath: path.nullable().optional().describe('What of the data the state sees as its input; null: an empty object. Default $.'),
  OutputPath: path.nullable().optional().describe('What of the data goes on when the state is left; null: an empty object. Default $.'),
};
/** JSONPath: states with a result of their own. */
export const result = { ResultPath: target.nullable().optional().describe('Where in the data the result goes; null drops it. Default $: the result becomes the data.') };
export const parameters = { Parameters: payloadTemplate.optional().describe('A payload template for what is given, instead of the input.') };
export const resultSelector = { ResultSelector: payloadTemplate.optional().describe('A payload template over the raw result; its value is the result.') };
/** JSONata: every kind of state but Fail. */
export const output = { Output: jsonataTemplate.optional().describe('What goes on when the state is left. Default: the result, else the input.') };
export const args = { Arguments: jsonataTemplate.optional().describe('What is given, instead of the input.') };

const ASSIGNS = 'Variables that are set when the state is left, by name; expressions see the values from before.';
/** Variables. A template of the state's language. */
export const assign = {
  JSONPath: { Assign: template(JsonRecord, templateMistakes).optional().describe(ASSIGNS) },
  JSONata: { Assign: template(JsonRecord, jsonataMistakes).optional().describe(ASSIGNS) },
};
/** An object, of which nothing is read; expressions in it must still be some. */
export const credentials = { JSONPath: template(JsonRecord, templateMistakes), JSONata: orExpression(template(JsonRecord, jsonataMistakes)) };
