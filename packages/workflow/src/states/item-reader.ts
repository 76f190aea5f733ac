/** ItemReader: where a DISTRIBUTED Map reads its items from, instead of its input. */
import { z } from 'zod';
import { args, orExpression, parameters, place } from './fields.ts';
import { asEither, inBothLanguages, type OfEither } from './query-language.ts';

/** AWS takes at most this many items from one source. */
const maxItems = z.int().min(0).max(100_000_000);
const MAX_ITEMS = 'Items that are read at most.';

export const ReaderConfig = inBothLanguages(
  {
    InputType: z.enum(['CSV', 'JSON', 'JSONL', 'PARQUET', 'MANIFEST']).optional().describe('What is read. MANIFEST: the files that an inventory names.'),
    CSVHeaderLocation: z.enum(['FIRST_ROW', 'GIVEN']).optional().describe('CSV: whether the first row names the columns, or CSVHeaders does.'),
    CSVHeaders: z.array(z.string()).min(1).optional().describe('CSV: the names of the columns, where CSVHeaderLocation is GIVEN.'),
    CSVDelimiter: z.enum(['COMMA', 'PIPE', 'SEMICOLON', 'SPACE', 'TAB']).optional().describe('CSV: what stands between the columns. Default COMMA.'),
    ManifestType: z.enum(['ATHENA_DATA', 'S3_INVENTORY']).optional().describe('That the file names those that are read. S3_INVENTORY: the manifest of an inventory, which says what they are. ATHENA_DATA: what Athena writes beside them; InputType says what they are.'),
    Transformation: z.enum(['NONE', 'LOAD_AND_FLATTEN']).optional().describe('Of a listing of objects: LOAD_AND_FLATTEN reads the objects themselves. Default NONE.'),
    ItemsPointer: z.string().optional().describe('JSON: a JSON Pointer to the list. Default: the whole file is the list.'),
  },
  { MaxItems: maxItems.optional().describe(MAX_ITEMS), MaxItemsPath: place.optional().describe('As MaxItems, from the data.') },
  { MaxItems: orExpression(maxItems).optional().describe(MAX_ITEMS) },
);
export type ReaderConfig = OfEither<typeof ReaderConfig>;

const RESOURCE = z.string().min(1).describe('How it is read, such as arn:aws:states:::s3:getObject.');
const CONFIG = 'What is read, and how much of it.';

export const ItemReader = inBothLanguages(
  { Resource: RESOURCE },
  { ...parameters, ReaderConfig: asEither<ReaderConfig>(ReaderConfig.JSONPath).optional().describe(CONFIG) },
  { ...args, ReaderConfig: asEither<ReaderConfig>(ReaderConfig.JSONata).optional().describe(CONFIG) },
);
export type ItemReader = OfEither<typeof ItemReader>;
