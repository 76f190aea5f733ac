/** How each kind of state runs: the one table of them. */
import type { State } from '@baton/workflow';
import { choice } from './choice.ts';
import { fail } from './fail.ts';
import { map } from './map.ts';
import { parallel } from './parallel.ts';
import { pass } from './pass.ts';
import type { StateKind } from './state-kind.ts';
import { succeed } from './succeed.ts';
import { task } from './task.ts';
import { wait } from './wait.ts';

export const STATES = { Task: task, Pass: pass, Choice: choice, Wait: wait, Succeed: succeed, Fail: fail, Parallel: parallel, Map: map };

export const kindOf = (state: State): StateKind<State> => STATES[state.Type] as unknown as StateKind<State>;
