/** ItemBatcher: how many items one iteration of a DISTRIBUTED Map gets at once. */
import { z } from 'zod';
import { jsonataTemplate, orExpression, payloadTemplate, place } from './fields.ts';
import { inBothLanguages, type OfEither } from './query-language.ts';

const items = z.int().min(1);
/** At most what a state's input may hold. */
const bytes = z.int().min(1).max(262_144);
const INPUT = 'Given to each iteration as BatchInput, beside its Items.';
const ITEMS = 'Items of a batch at most.';
const BYTES = 'Bytes of a batch at most, up to 262,144.';

export const ItemBatcher = inBothLanguages(
  {},
  {
    BatchInput: payloadTemplate.optional().describe(INPUT),
    MaxItemsPerBatch: items.optional().describe(ITEMS),
    MaxItemsPerBatchPath: place.optional().describe('As MaxItemsPerBatch, from the data.'),
    MaxInputBytesPerBatch: bytes.optional().describe(BYTES),
    MaxInputBytesPerBatchPath: place.optional().describe('As MaxInputBytesPerBatch, from the data.'),
  },
  { BatchInput: jsonataTemplate.optional().describe(INPUT), MaxItemsPerBatch: orExpression(items).optional().describe(ITEMS), MaxInputBytesPerBatch: orExpression(bytes).optional().describe(BYTES) },
);
export type ItemBatcher = OfEither<typeof ItemBatcher>;
