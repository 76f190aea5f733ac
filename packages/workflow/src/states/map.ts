/** Map: runs one machine for each item of a list; its result is the list of their outputs. */
import { JsonRecord, JsonValue } from '@baton/contracts';
import { z } from 'zod';
import { jsonataMistakes } from '../expressions.ts';
import { caught } from './catcher.ts';
import { assign, count, described, flow, goesOn, jsonataTemplate, orExpression, output, parameters, path, payloadTemplate, place, result, resultSelector } from './fields.ts';
import { ItemBatcher } from './item-batcher.ts';
import { ItemReader } from './item-reader.ts';
import { machineInside, NestedMachine } from './machine.ts';
import { asEither, inBothLanguages, type OfEither } from './query-language.ts';
import { ResultWriter } from './result-writer.ts';
import { retry } from './retrier.ts';

export const ProcessorConfig = z.strictObject({
  Mode: z.enum(['INLINE', 'DISTRIBUTED']).optional().describe('INLINE: iterations belong to the run. DISTRIBUTED: for many items; alone may read, batch, tolerate failures and write results. Default INLINE.'),
  ExecutionType: z.enum(['STANDARD', 'EXPRESS']).optional().describe('DISTRIBUTED: how AWS runs an iteration. Baton runs both alike.'),
});
export type ProcessorConfig = z.infer<typeof ProcessorConfig>;

/** What runs for each item. */
export const ItemProcessor = NestedMachine.extend({ ProcessorConfig: ProcessorConfig.optional().describe('How the iterations are run.') });
export type ItemProcessor = NestedMachine & { readonly ProcessorConfig?: ProcessorConfig | undefined };
const processor = machineInside.meta({ machine: 'processor' }) as unknown as z.ZodType<ItemProcessor>;

const percentage = z.number().min(0).max(100);
/** Expressions may stand inside. */
const items = z.union([z.array(JsonValue), JsonRecord]).superRefine((value, context) => {
  for (const { message, path: inside } of jsonataMistakes(value)) context.addIssue({ code: 'custom', message, path: [...inside] });
});
const SELECTOR = 'What each iteration gets, with $$.Map.Item.Index and .Value of the context object. Default: the item.';
const CONCURRENCY = 'Iterations at a time; 0: as many as the platform allows. Default 0.';
const FAILURES = 'DISTRIBUTED: how many items may fail without failing the Map. Default 0.';
const PERCENTAGE = 'DISTRIBUTED: what part of the items may fail, from 0 to 100. Default 0.';
const READER = 'DISTRIBUTED: where the items are read from, instead of the input.';
const BATCHER = 'DISTRIBUTED: how many items an iteration gets at once.';
const WRITER = 'DISTRIBUTED: where the results are written to, instead of going on.';

export const MapState = inBothLanguages(
  {
    Type: z.literal('Map'),
    ...described,
    ...goesOn,
    Label: z.string().min(1).max(40).optional().describe('DISTRIBUTED: names the iterations’ runs on AWS; at most 40 characters.'),
    ItemProcessor: processor.optional().describe('The machine that runs for each item, and in ProcessorConfig how.'),
    ...retry,
  },
  {
    ...flow,
    ItemsPath: path.optional().describe('Where the list is. Default $.'),
    ItemSelector: payloadTemplate.optional().describe(SELECTOR),
    Parameters: parameters.Parameters.describe('The older name of ItemSelector.'),
    Iterator: processor.optional().describe('The older name of ItemProcessor.'),
    MaxConcurrency: count.optional().describe(CONCURRENCY),
    MaxConcurrencyPath: place.optional().describe('As MaxConcurrency, from the data.'),
    ToleratedFailureCount: count.optional().describe(FAILURES),
    ToleratedFailureCountPath: place.optional().describe('As ToleratedFailureCount, from the data.'),
    ToleratedFailurePercentage: percentage.optional().describe(PERCENTAGE),
    ToleratedFailurePercentagePath: place.optional().describe('As ToleratedFailurePercentage, from the data.'),
    ItemReader: asEither<ItemReader>(ItemReader.JSONPath).optional().describe(READER),
    ItemBatcher: asEither<ItemBatcher>(ItemBatcher.JSONPath).optional().describe(BATCHER),
    ResultWriter: asEither<ResultWriter>(ResultWriter.JSONPath).optional().describe(WRITER),
    ...resultSelector,
    ...result,
    ...caught.JSONPath,
    ...assign.JSONPath,
  },
  {
    Items: orExpression(items).optional().describe('The list, or an expression that gives it. Of an object the members are the items, each with Key and Value. Default: the input.'),
    ItemSelector: jsonataTemplate.optional().describe(SELECTOR),
    MaxConcurrency: orExpression(count).optional().describe(CONCURRENCY),
    ToleratedFailureCount: orExpression(count).optional().describe(FAILURES),
    ToleratedFailurePercentage: orExpression(percentage).optional().describe(PERCENTAGE),
    ItemReader: asEither<ItemReader>(ItemReader.JSONata).optional().describe(READER),
    ItemBatcher: asEither<ItemBatcher>(ItemBatcher.JSONata).optional().describe(BATCHER),
    ResultWriter: asEither<ResultWriter>(ResultWriter.JSONata).optional().describe(WRITER),
    ...output,
    ...caught.JSONata,
    ...assign.JSONata,
  },
);
export type MapState = OfEither<typeof MapState>;
