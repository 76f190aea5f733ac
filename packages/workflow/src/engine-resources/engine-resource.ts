import type { Json, JsonObject } from '@baton/contracts';
import type { z } from 'zod';
import type { Integration } from '../resource.ts';

/** A Resource that the engine itself is behind, and no service. */
export interface EngineResource {
  /** How its end may be waited for: `request` is the name alone. */
  readonly integrations: readonly Integration[];
  /** The run ends with it, so it ends its machine, which is the outermost. */
  readonly endsTheRun?: true;
  /** What Parameters or Arguments come to. Descriptions of the fields are the reference's. */
  readonly parameters: z.ZodObject;
  /** What a definition may get wrong beside that, as far as it stands there literally. @param report of a place inside of what is given. */
  readonly check?: (given: JsonObject, state: JsonObject, report: (path: readonly PropertyKey[], message: string) => void) => void;
}

export type ParametersOf<R extends EngineResource> = z.infer<R['parameters']>;

/** What a state gives, once its expressions are evaluated. */
export function readEngineParameters<R extends EngineResource>({ parameters }: R, given: Json): { readonly parameters: ParametersOf<R> } | { readonly mistake: string } {
  const parsed = parameters.safeParse(given);
  if (parsed.success) return { parameters: parsed.data as ParametersOf<R> };
  return { mistake: parsed.error.issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`)).join('; ') };
}
