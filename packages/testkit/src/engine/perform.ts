/** One attempt as a function, with the checks and the words of a step service: the step SDK cannot be imported here. */
import { DEFAULT_JSON_LIMITS, LIMITS, parseJson, pointer, utf8Length, type Json, type RunError } from '@baton/contracts';
import { runErrorOf } from './run-error.ts';
import { silence, type StepContext } from './step-context.ts';
import type { Schema, StepLike } from './steps.ts';

export type Answer = { readonly outcome: 'succeeded'; readonly output: Json } | { readonly outcome: 'failed'; readonly error: RunError };

/** The result travels inside a message that adds keys and levels of its own. */
const OUTPUT_LIMITS = { ...DEFAULT_JSON_LIMITS, maxDepth: DEFAULT_JSON_LIMITS.maxDepth - 4, maxKeys: DEFAULT_JSON_LIMITS.maxKeys - 100 };

/** Never rejects. */
export async function perform(step: StepLike, input: Json, ctx: StepContext): Promise<Answer | typeof silence> {
  const failed = (name: string, kind: RunError['kind'], message: string, details?: unknown): Answer => ({
    outcome: 'failed',
    error: { name, kind, message: message.slice(0, LIMITS.errorMessageLength), ...(details !== undefined && { details }), step: step.name },
  });
  try {
    const given = await held(step.input, input);
    if ('findings' in given) {
      const findings = given.findings.map(({ field, message }) => ({
        code: 'invalid_input',
        field,
        message: `The input of ${step.name} does not fit at ${field || 'its root'}: ${message}`,
        help: "Correct the field in the request or in the step that produced it; the schema is the step's `input`.",
        severity: 'error',
      }));
      return failed('InvalidStepInput', 'business', findings.map(({ message }) => message).join(' '), { findings });
    }
    const returned = await step.run(given.value, ctx);
    if (returned === silence) return silence;
    const output = await held(step.output, returned);
    if ('findings' in output) {
      return failed('InvalidStepOutput', 'technical', `The output of ${step.name} does not fit its schema: ${output.findings.map(({ field, message }) => `${field || 'the whole'}: ${message}`).join('; ')}`);
    }
    try {
      const text = JSON.stringify(output.value, finite) ?? 'null';
      const bytes = utf8Length(text);
      if (bytes > LIMITS.payloadBytes) {
        return failed('States.DataLimitExceeded', 'technical', `payload_too_large: the output of ${step.name} has ${bytes} bytes, at most ${LIMITS.payloadBytes} are allowed. Store what is large with ctx.blob.put and return the reference`);
      }
      return { outcome: 'succeeded', output: parseJson(text, OUTPUT_LIMITS) };
    } catch (error) {
      return failed('InvalidStepOutput', 'technical', `The output of ${step.name} cannot be sent: ${(error as Error).message}`);
    }
  } catch (thrown) {
    return { outcome: 'failed', error: runErrorOf(thrown, step.name) };
  }
}

async function held(schema: Schema | undefined, value: unknown): Promise<{ readonly value: unknown } | { readonly findings: readonly { readonly field: string; readonly message: string }[] }> {
  if (schema === undefined) return { value };
  const result = await (schema.safeParseAsync?.(value) ?? schema.safeParse(value));
  return result.success ? { value: result.data } : { findings: result.error.issues.map(({ path, message }) => ({ field: pointer(path.map(String)), message })) };
}

/** JSON.stringify would write null without a word. */
function finite(key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`${key}: expected a finite number, but found ${value}`);
  return value;
}
