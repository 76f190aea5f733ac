import { readValue } from '@baton/contracts';
import type { Request } from 'express';
import { z } from 'zod';
import { Refusal } from '../refusal.ts';

/**
 * The query of a request. What is not known is refused by name: a misspelt filter that is ignored shows the wrong list.
 * @throws Refusal `schema`.
 */
export function readQuery<S extends z.ZodRawShape>(request: Request, shape: S): z.infer<z.ZodObject<S>> {
  const known = Object.keys(shape);
  for (const [name, value] of Object.entries(request.query)) {
    if (!known.includes(name)) {
      throw new Refusal('schema', `The query parameter ${JSON.stringify(name.slice(0, 64))} is not known here; ${known.length === 0 ? 'none is' : `known: ${known.join(', ')}`}`, { problems: [{ field: `?${name.slice(0, 64)}`, message: 'is not known' }] });
    }
    if (typeof value !== 'string') throw new Refusal('schema', `The query parameter ${name} is given more than once`, { problems: [{ field: `?${name}`, message: 'is given more than once' }] });
  }
  return readValue(z.object(shape), request.query);
}

/** Digits alone: Number('') is 0 and Number('1e3') a thousand. */
export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, `Expected a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.number().min(min, `Expected a whole number from ${min} to ${max}`).max(max, `Expected a whole number from ${min} to ${max}`));

export const cursor = z.string().min(1).max(512);
