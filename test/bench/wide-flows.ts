/** Workflows of one run with much in it: a Map, a Parallel of many branches, a loop of many turns, each with one step for each. */
import type { Json, JsonObject } from '@baton/contracts';
import { defineWorkflow, type Workflow } from '@baton/workflow';
import { BENCH_SERVICE, stepNames } from './five-step-flow.ts';

const step = (rest: JsonObject): JsonObject => ({ Type: 'Task', Resource: `${BENCH_SERVICE}/${stepNames(1)[0]!}`, ...rest });
const flow = (name: string, asl: JsonObject): Workflow => defineWorkflow({ name, asl });

/** Over `$.items`; its result is their list. */
export const MAP_FLOW = flow('wide_map', {
  StartAt: 'each',
  States: { each: { Type: 'Map', ItemsPath: '$.items', ItemProcessor: { StartAt: 'work', States: { work: step({ End: true }) } }, End: true } },
});

export const parallelFlow = (branches: number): Workflow =>
  flow('wide_parallel', { StartAt: 'all', States: { all: { Type: 'Parallel', Branches: Array.from({ length: branches }, (_, i) => ({ StartAt: `work_${i}`, States: { [`work_${i}`]: step({ End: true }) } })), End: true } } });

/** Turns until `$.left` is 0. */
export const LOOP_FLOW = flow('long_loop', {
  StartAt: 'more',
  States: {
    more: { Type: 'Choice', Choices: [{ Variable: '$.left', NumericGreaterThan: 0, Next: 'work' }], Default: 'done' },
    work: step({ ResultPath: '$.last', Next: 'count' }),
    count: { Type: 'Pass', Parameters: { 'left.$': 'States.MathAdd($.left, -1)' }, Next: 'more' },
    done: { Type: 'Succeed' },
  },
});

export const itemsInput = (items: number): Json => ({ items: Array.from({ length: items }, (_, n) => ({ n })) });
