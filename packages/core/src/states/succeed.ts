import type { SucceedState } from '@baton/workflow';
import { passPatch } from '../data/flow.ts';
import type { Outcome } from './outcome.ts';
import { scopeOf, type Place } from './place.ts';

export const enterSucceed = (state: SucceedState, place: Place): Outcome => ({ kind: 'exit', patch: passPatch(state, scopeOf(place)), next: undefined });
