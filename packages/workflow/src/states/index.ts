/**
 * Amazon States Language as Baton knows it (https://states-language.net/spec.html), as zod schemas: the single place that
 * says which field belongs to which state. Fields are exact: an unknown one is a mistake and is named. Added are
 * `Baton`, an object on the machine and on Task states (see ../baton-extension.ts), and `Compensate` of a Task.
 */
import { ChoiceState } from './choice.ts';
import { FailState } from './fail.ts';
import { MapState } from './map.ts';
import { ParallelState } from './parallel.ts';
import { PassState } from './pass.ts';
import { SucceedState } from './succeed.ts';
import { TaskState } from './task.ts';
import { WaitState } from './wait.ts';

export type State = TaskState | PassState | ChoiceState | WaitState | SucceedState | FailState | ParallelState | MapState;
export type StateType = State['Type'];

/** The one table of all kinds: the schemas of each, by query language. */
export const STATES = { Task: TaskState, Pass: PassState, Choice: ChoiceState, Wait: WaitState, Succeed: SucceedState, Fail: FailState, Parallel: ParallelState, Map: MapState } as const;

export { Catcher } from './catcher.ts';
export { Compensate } from './compensate.ts';
export { COMPARATORS, type ChoiceEntry, type ChoiceRule, type Comparator } from './choice-rule.ts';
export { RESERVED_ERRORS } from './errors.ts';
export { MAX_SECONDS } from './fields.ts';
export { ItemBatcher } from './item-batcher.ts';
export { ItemReader, ReaderConfig } from './item-reader.ts';
export { NestedMachine, StateMachine } from './machine.ts';
export { ItemProcessor, ProcessorConfig } from './map.ts';
export { languageOf, QueryLanguage } from './query-language.ts';
export { ResultWriter, WriterConfig } from './result-writer.ts';
export { Retrier } from './retrier.ts';
export { ChoiceState, FailState, MapState, ParallelState, PassState, SucceedState, TaskState, WaitState };
