import { Assignee, Form, isJsonObject, JsonValue } from '@baton/contracts';
import { z } from 'zod';
import { MAX_SECONDS } from '../states/fields.ts';
import type { EngineResource } from './engine-resource.ts';

const assignees = z.array(Assignee).max(50);
const Escalation = z.strictObject({ AfterSeconds: z.int().min(1).max(MAX_SECONDS), Assignees: assignees.min(1) });

export const ASK_PERSON = {
  integrations: ['request'],
  parameters: z.strictObject({
    Title: z.string().min(1).max(200).describe('What is asked, in a line. It is told to everybody who reads the topic of lifecycle events.'),
    Form: Form.describe('What the answer is made of: an object of JSON Schema, see below.'),
    Description: z.string().max(10_000).optional().describe('More about it, for whoever answers.'),
    Data: JsonValue.optional().describe('What is shown beside it.'),
    Assignees: assignees.optional().describe('Who is asked: names of people or groups. Default: nobody by name.'),
    Escalate: z
      .array(Escalation)
      .max(10)
      .refine((steps) => steps.every(({ AfterSeconds }, i) => i === 0 || AfterSeconds > steps[i - 1]!.AfterSeconds), 'Expected each AfterSeconds to be more than the one before it')
      .optional()
      .describe('Who is asked as well when nobody has answered: AfterSeconds since it was asked, and Assignees; earliest first.'),
  }),
  check(given, state, report) {
    const { TimeoutSeconds: timeout } = state;
    const { Escalate: steps } = given;
    if (typeof timeout !== 'number' || !Array.isArray(steps)) return;
    for (const [i, step] of steps.entries()) {
      const after = isJsonObject(step) ? step['AfterSeconds'] : undefined;
      if (typeof after === 'number' && after >= timeout) report(['Escalate', i, 'AfterSeconds'], `Expected less than TimeoutSeconds (${timeout}), since nobody can answer any more after that, but found ${after}`);
    }
  },
} as const satisfies EngineResource;
