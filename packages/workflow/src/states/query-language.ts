/** The two languages in which a state reads and writes data. */
import { z } from 'zod';

export const QueryLanguage = z.enum(['JSONPath', 'JSONata']);
export type QueryLanguage = z.infer<typeof QueryLanguage>;

/** A state's own language; else the machine's, the outermost one's also for machines nested in it; else JSONPath. */
export function languageOf(machine: { readonly QueryLanguage?: QueryLanguage | undefined }, state: { readonly QueryLanguage?: QueryLanguage | undefined }): QueryLanguage {
  return state.QueryLanguage ?? machine.QueryLanguage ?? 'JSONPath';
}

/**
 * The schemas of one kind of state, one for each language. Fields are exact: those of the other language are mistakes.
 * The type has the fields of both; where both languages know a field, JSONata's takes more (a number or an expression).
 */
export function inBothLanguages<Shared extends z.ZodRawShape, Paths extends z.ZodRawShape, Ata extends z.ZodRawShape>(shared: Shared, jsonPath: Paths, jsonata: Ata) {
  return {
    JSONPath: z.strictObject({ ...shared, ...jsonPath }),
    JSONata: z.strictObject({ ...shared, ...jsonata }),
  } as const;
}

/** What the interpreter sees: the fields of both languages, of which a checked state has those of its own. */
export type OfEither<Schemas extends { readonly JSONPath: z.ZodType; readonly JSONata: z.ZodType }> = Both<z.infer<Schemas['JSONPath']>, z.infer<Schemas['JSONata']>>;
type Both<Paths, Ata> = Flat<Ata & Partial<Pick<Paths, Exclude<keyof Paths, keyof Ata>>>>;
type Flat<T> = { [K in keyof T]: T[K] };

/** A schema of one language whose type is to be that of both, where it stands inside a state: an entry of Catch, an ItemReader. */
export const asEither = <T>(schema: z.ZodType): z.ZodType<T> => schema as z.ZodType<T>;
