import { z } from 'zod';
import type { Json, JsonObject } from './json.ts';

/** Any JSON value. Depth, keys and size are parseJson's business, so this checks nothing twice. */
export const JsonValue = z.unknown().transform((value) => (value === undefined ? null : value) as Json).pipe(z.custom<Json>());
/** Any JSON object. */
export const JsonRecord = z.record(z.string(), z.unknown()).pipe(z.custom<JsonObject>());
