export { workflow, WorkflowBuilder } from './builder.ts';
export type { Accepts, After, AnyStepRef, CaughtError, ResultRule, TypedStep } from './data.ts';
export type * from './options.ts';
export { format, type Expression, type Filled, type Reference, type Value } from './reference.ts';
export * from './rule.ts';
