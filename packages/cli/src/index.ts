export { EXIT, EXIT_MEANINGS, type ExitCode } from './exit-codes.ts';
export { cliReference } from './reference.ts';
export { createProgram } from './program.ts';
export { run } from './run.ts';
export type { EmbeddedSystem, Output, World } from './world.ts';
export { svgOf } from './graph/svg.ts';
