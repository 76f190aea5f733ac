export { readDefaultsFile, DefaultsFileError } from './defaults-file.ts';
export { createOrchestrator, type Orchestrator, type OrchestratorOptions } from './orchestrator.ts';
