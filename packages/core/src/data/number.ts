import type { Json } from '@baton/contracts';
import { StateError } from './state-error.ts';

export interface NumberRange {
  readonly least: number;
  readonly most?: number;
  readonly fraction?: true;
}

/** A number that the data gave; a text that is one counts too, as on AWS. @throws StateError `States.Runtime`, or what is given. */
export function inRange(value: Json, { least, most = Number.POSITIVE_INFINITY, fraction }: NumberRange, what: string, errorName = 'States.Runtime'): number {
  const number = typeof value === 'string' && /^-?\d{1,15}(\.\d{1,15})?$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || (fraction !== true && !Number.isInteger(number)) || number < least || number > most) {
    const bounds = [...(least === Number.MIN_SAFE_INTEGER ? [] : [`at least ${least}`]), ...(most === Number.POSITIVE_INFINITY ? [] : [`at most ${most}`])];
    throw new StateError(errorName, `${what}: expected a ${fraction === true ? '' : 'whole '}number${bounds.length === 0 ? '' : ` of ${bounds.join(' and ')}`}, but found ${JSON.stringify(value).slice(0, 200)}`);
  }
  return number;
}
