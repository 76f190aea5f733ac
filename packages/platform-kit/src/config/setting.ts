/** One environment variable: how its text becomes a value, and what to tell who set it wrongly. */
import { z } from 'zod';

export interface Setting<T = unknown> {
  /** Takes the variable's text; undefined where it is unset or empty. */
  readonly schema: z.ZodType<T>;
  /** A sentence that says what to set, such as "Set it to host:port". */
  readonly fix: string;
  /** Its value is never shown, not even when it is wrong. */
  readonly secret: boolean;
}
export type Settings = Readonly<Record<`BATON_${string}`, Setting>>;
export type SettingValues<S extends Settings> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

export function setting<T>(schema: z.ZodType<T>, about: { readonly fix: string; readonly secret?: boolean }): Setting<T> {
  return { schema, fix: about.fix, secret: about.secret ?? false };
}

/** A whole number in digits. */
export const wholeNumber = (range: { readonly min: number; readonly max: number }) =>
  z
    .string()
    .regex(/^\d{1,15}$/, `expected a whole number from ${range.min} to ${range.max}`)
    .transform(Number)
    .refine((value) => value >= range.min && value <= range.max, `expected a whole number from ${range.min} to ${range.max}`);

/** `true` or `false`. */
export const flag = () => z.enum(['true', 'false'], 'expected true or false').transform((value) => value === 'true');

/** Values separated by commas, blanks around them ignored; at least one. */
export const commaList = (item: z.ZodType<string, string>) =>
  z
    .string()
    .transform((value) => value.split(',').map((part) => part.trim()).filter((part) => part !== ''))
    .pipe(z.array(item).min(1, 'expected at least one value'));
