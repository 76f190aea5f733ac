import { z } from 'zod';
import { Hash128, Name } from './ids.ts';

/** One immutable version of one workflow. The hash is its identity; name and version are for people. */
export const DefinitionRef = z.strictObject({ name: Name, ver: z.int().min(1), hash: Hash128 });
export type DefinitionRef = z.infer<typeof DefinitionRef>;

/** Names the version that starts take which ask for it, such as `live` or `canary`. Never a number, which is a version itself. */
export const Alias = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, "Expected an alias of 1 to 32 lower-case letters, digits or '-', beginning with a letter");
/** What starts take that ask for nothing. */
export const LIVE = 'live';
/** A version of a workflow, by its number or by an alias. */
export const VersionOrAlias = z.union([z.int().min(1), Alias], { error: "Expected a version (a whole number from 1) or an alias such as 'live'" });
export type VersionOrAlias = z.infer<typeof VersionOrAlias>;
