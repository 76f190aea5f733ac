import { z } from 'zod';
import { Hash128, Name } from './ids.ts';

/** One immutable version of one workflow. The hash is its identity; name and version are for people. */
export const DefinitionRef = z.strictObject({ name: Name, ver: z.int().min(1), hash: Hash128 });
export type DefinitionRef = z.infer<typeof DefinitionRef>;
