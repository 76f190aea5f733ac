/** From bytes or values to typed messages: JSON limits first, then version, then schema; every error names its field. */
import type { z } from 'zod';
import { ContractError, type FieldProblem } from './contract-error.ts';
import { DEFAULT_JSON_LIMITS, isJsonObject, parseJson, pointer, type Json, type JsonLimits } from './json.ts';

/**
 * @throws ContractError `schema` with every problem at once, or what parseJson throws.
 */
export function readMessage<T extends z.ZodType>(schema: T, source: Uint8Array | string, limits: JsonLimits = DEFAULT_JSON_LIMITS): z.infer<T> {
  return readValue(schema, parseJson(source, limits));
}

/** As readMessage, for records that carry `v`: an unknown version is told from a broken record. */
export function readVersioned<T extends z.ZodType>(
  schema: T,
  version: number,
  source: Uint8Array | string,
  limits: JsonLimits = DEFAULT_JSON_LIMITS,
): z.infer<T> {
  const value = parseJson(source, limits);
  if (isJsonObject(value) && typeof value['v'] === 'number' && value['v'] !== version) {
    throw new ContractError('unknown_version', '/v', `Expected version ${version}, but found ${value['v']}; upgrade the reader or resend as version ${version}`);
  }
  return readValue(schema, value);
}

/** Checks a value that is JSON already. @throws ContractError `schema`. */
export function readValue<T extends z.ZodType>(schema: T, value: Json | unknown): z.infer<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = problemsOf(parsed.error);
  const first = problems[0] ?? { field: '', message: 'Expected another shape' };
  throw new ContractError('schema', first.field, first.message, problems);
}

export function problemsOf(error: z.ZodError): readonly FieldProblem[] {
  return error.issues.map((issue) => ({ field: pointer(issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))), message: issue.message }));
}
