/** The workflow of the benchmarks that have a step service: steps that answer with a payload of the asked size. */
import { workflow, type Workflow } from '@baton/workflow';

export const BENCH_SERVICE = 'bench';

export const stepNames = (steps: number): readonly string[] => Array.from({ length: steps }, (_, i) => `step_${i + 1}`);

/** Each output replaces the data, so that every command carries one payload, as the floor's does. */
export const fiveStepFlow = (steps: number): Workflow => stepNames(steps).reduce((flow, name) => flow.step(name, { resultPath: '$' }), workflow('five_step', { service: BENCH_SERVICE })).build();
