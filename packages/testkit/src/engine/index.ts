export type { Duration } from './duration.ts';
export { RunNotCompleted, type Run } from './run.ts';
export { silence, type StepBlobs, type StepContext, type StepLog } from './step-context.ts';
export type { Schema, StepFunction, StepLike, Steps } from './steps.ts';
export { testEngine, type TestEngine, type TestEngineOptions } from './test-engine.ts';
