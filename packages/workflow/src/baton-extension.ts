/**
 * What Baton adds to a definition. On the machine, `Defaults` says that the platform's defaults (retries, time-out,
 * backoff, error handler) apply to its Tasks, and overrides any of them; without it a machine means exactly what it
 * means on AWS. On a Task the same four names override again, and `Result: "merge"` merges the step's output into the
 * data, which the short form does for every step.
 */
import { PolicyOverride } from '@baton/contracts';
import { z } from 'zod';

export const MachineExtension = z.strictObject({ Defaults: PolicyOverride });
export type MachineExtension = z.infer<typeof MachineExtension>;

export const TaskExtension = z.strictObject({ ...PolicyOverride.shape, Result: z.literal('merge').optional() });
export type TaskExtension = z.infer<typeof TaskExtension>;
