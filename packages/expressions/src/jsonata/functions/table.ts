import type { Native } from '../library.ts';
import { guarded, match, number, toMillis } from './guarded.ts';
import { ownFunctions } from './own.ts';

/** Every function that expressions may call, by its name without `$`. */
export const FUNCTIONS: Readonly<Record<string, Native>> = { ...guarded, match, number, toMillis, ...ownFunctions };
