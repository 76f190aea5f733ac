import { behave } from './behave/set.ts';
import type { ConformanceSet } from './case.ts';
import { aslValidator, statelint } from './definitions.ts';
import { localstackCore, localstackOther } from './localstack/sets.ts';

export const SETS: readonly ConformanceSet[] = [localstackCore, localstackOther, behave, statelint, aslValidator];
