/** One attempt as a function: input held against its schema, the step's own code, output held against its schema and the limits. */
import { DEFAULT_JSON_LIMITS, LIMITS, parseJson, pointer, utf8Length, type Json } from '@baton/contracts';
import type { z } from 'zod';
import { InvalidStepInput, InvalidStepOutput, OutputTooLarge, type Finding } from './errors.ts';
import type { AnyStep, StepContext } from './step.ts';

/** The result travels inside a message that adds keys and levels of its own. */
const OUTPUT_LIMITS = { ...DEFAULT_JSON_LIMITS, maxDepth: DEFAULT_JSON_LIMITS.maxDepth - 4, maxKeys: DEFAULT_JSON_LIMITS.maxKeys - 100 };

/** @throws InvalidStepInput, InvalidStepOutput, OutputTooLarge, or whatever the step throws. */
export async function perform(step: AnyStep, input: unknown, ctx: StepContext): Promise<Json> {
  const given = await step.input.safeParseAsync(input);
  if (!given.success) throw new InvalidStepInput(inputFindings(step, given.error));
  const returned = await step.run(given.data, ctx);
  const output = await step.output.safeParseAsync(returned);
  if (!output.success) throw new InvalidStepOutput(`The output of ${step.name} does not fit its schema: ${problems(output.error)}`);
  return asJson(step, output.data);
}

function inputFindings(step: AnyStep, error: z.ZodError): Finding[] {
  return error.issues.map((issue) => ({
    code: 'invalid_input',
    field: fieldOf(issue),
    message: `The input of ${step.name} does not fit at ${fieldOf(issue) || 'its root'}: ${issue.message}`.slice(0, 2_048),
    help: 'Correct the field in the request or in the step that produced it; the schema is the step\'s `input`.',
    severity: 'error',
  }));
}

const problems = (error: z.ZodError): string => error.issues.map((issue) => `${fieldOf(issue) || 'the whole'}: ${issue.message}`).join('; ');
const fieldOf = (issue: { readonly path: readonly PropertyKey[] }): string => pointer(issue.path.map(String)).slice(0, 512);

/** What the receiver will read: written and parsed once here, so that nothing is refused further down the line. */
function asJson(step: AnyStep, output: unknown): Json {
  let text: string | undefined;
  try {
    text = JSON.stringify(output, (key, value: unknown) => {
      // JSON.stringify would write null without a word.
      if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`${key}: expected a finite number, but found ${value}`);
      return value;
    });
  } catch (cause) {
    throw new InvalidStepOutput(`The output of ${step.name} is not JSON: ${(cause as Error).message}`, { cause });
  }
  if (text === undefined) return null;
  const bytes = utf8Length(text);
  if (bytes > LIMITS.payloadBytes) throw new OutputTooLarge(step.name, bytes, LIMITS.payloadBytes);
  try {
    return parseJson(text, OUTPUT_LIMITS);
  } catch (cause) {
    throw new InvalidStepOutput(`The output of ${step.name} cannot be sent: ${(cause as Error).message}`, { cause });
  }
}
