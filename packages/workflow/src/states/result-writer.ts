/** ResultWriter: where a DISTRIBUTED Map writes its results to, instead of giving them on. */
import { z } from 'zod';
import { args, parameters } from './fields.ts';
import { inBothLanguages, type OfEither } from './query-language.ts';

export const WriterConfig = z.strictObject({
  Transformation: z.enum(['NONE', 'COMPACT', 'FLATTEN']).optional().describe('NONE: results with the details of their iterations. COMPACT: the outputs alone. FLATTEN: lists in the outputs become one list.'),
  OutputType: z.enum(['JSON', 'JSONL']).optional().describe('JSON: one list. JSONL: a line for each result.'),
});
export type WriterConfig = z.infer<typeof WriterConfig>;

export const ResultWriter = inBothLanguages(
  { Resource: z.string().min(1).optional().describe('How it is written, such as arn:aws:states:::s3:putObject.'), WriterConfig: WriterConfig.optional().describe('What the results look like.') },
  parameters,
  args,
);
export type ResultWriter = OfEither<typeof ResultWriter>;
