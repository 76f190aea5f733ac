/**
 * What Baton adds to a definition. On the machine, `Defaults` says that the platform's defaults (retries, time-out,
 * backoff, error handler) apply to its Tasks, and overrides any of them; without it a machine means exactly what it
 * means on AWS. `Resources` binds the Resource strings of an AWS definition to steps, so that its states stay as they
 * are. On a Task the same four names as in Defaults override again, and `Result: "merge"` merges the step's output into
 * the data, which the short form does for every step.
 */
import { PolicyOverride } from '@baton/contracts';
import { z } from 'zod';
import { parseResource } from './resource.ts';

const step = z.string().refine((text) => parseResource(text) !== undefined, 'Expected "<service>/<step>", the service that offers the step and its name');

export const MachineExtension = z.strictObject({ Defaults: PolicyOverride.optional(), Resources: z.record(z.string(), step).optional() });
export type MachineExtension = z.infer<typeof MachineExtension>;

export const TaskExtension = z.strictObject({ ...PolicyOverride.shape, Result: z.literal('merge').optional() });
export type TaskExtension = z.infer<typeof TaskExtension>;
