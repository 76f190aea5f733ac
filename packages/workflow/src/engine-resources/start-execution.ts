/** What AWS calls starting an execution, as the engine does it: another run is started. Source: AWS Step Functions, "Launch execution"; API reference, StartExecution. */
import { JsonValue, Name, parseJson, type Json } from '@baton/contracts';
import { z } from 'zod';
import type { EngineResource } from './engine-resource.ts';

const MACHINE = /^arn:[^:]+:states:([^:]*):([^:]*):stateMachine:([^:]+)$/;

/** The workflow that an ARN of a state machine means: its last part. A text that is no ARN is the name itself; undefined where it means none. */
export function workflowOfArn(arn: string): string | undefined {
  const name = arn.startsWith('arn:') ? MACHINE.exec(arn)?.[3] : arn;
  return Name.safeParse(name).success ? name : undefined;
}

/** How an execution of it is called: region and account are those of the state machine. */
export function executionArn(machineArn: string, workflow: string, runId: string): string {
  const [, region = '', account = ''] = MACHINE.exec(machineArn) ?? [];
  return `arn:aws:states:${region}:${account}:execution:${workflow}:${runId}`;
}

/** AWS takes JSON, and JSON written as a text. Undefined where the text is none. */
export function inputOfExecution(input: Json): Json | undefined {
  if (typeof input !== 'string') return input;
  try {
    return parseJson(input);
  } catch {
    return undefined;
  }
}

const parameters = z.strictObject({
  StateMachineArn: z
    .string()
    .refine((arn) => workflowOfArn(arn) !== undefined, 'Expected the ARN of a state machine, without a version or alias behind it, such as arn:aws:states:us-east-1:123456789012:stateMachine:shipping, whose last part is the name of a workflow')
    .describe('The state machine; the last part of its ARN is the workflow that is started, in the version that new runs take. Or the name of the workflow itself.'),
  Input: JsonValue.refine((input) => inputOfExecution(input as Json) !== undefined, 'Expected JSON, or a text of JSON').optional().describe('What that run is started with, as JSON or as a text of JSON. Default: an empty object.'),
  Name: z.string().min(1).max(80).optional().describe('Without .sync: the same Name starts one run of the workflow, whoever starts it; it is the idempotency key of the start. With .sync it says nothing.'),
  TraceHeader: z.string().optional().describe('Of X-Ray; it says nothing here.'),
});

export const START_EXECUTION = { integrations: ['request', 'sync'], parameters } as const satisfies EngineResource;
export const SDK_START_EXECUTION = { integrations: ['request'], parameters } as const satisfies EngineResource;
