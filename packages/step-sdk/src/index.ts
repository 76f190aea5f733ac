export { AttemptAborted, BusinessError, BusinessValidationError, Finding, InvalidStepInput, InvalidStepOutput, OutputTooLarge, type AbortCause } from './errors.ts';
export { memoryBlobStore, type MemoryBlobStore } from './memory-blob-store.ts';
export { serve, type ServeOptions, type ServiceHandle } from './serve/serve.ts';
export type { StepTransport } from './serve/transport.ts';
export { defineStep, type AnyStep, type Progress, type Step, type StepBlobs, type StepContext, type StepLog, type StepOptions } from './step.ts';
export { testStep, type TestStepOptions, type TestStepResult } from './test-step.ts';
