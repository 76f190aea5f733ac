/** The steps by which Map states read and write: what AWS calls `s3:getObject`, `s3:listObjectsV2` and `s3:putObject`. */
import { LIMITS, Sha256, type Json } from '@baton/contracts';
import { defineStep, type AnyStep } from '@baton/step-sdk';
import { z } from 'zod';
import type { ObjectInfo, Objects } from '../objects/objects.ts';
import { csvItems } from '../read/csv-items.ts';
import { csvRows } from '../read/csv.ts';
import { gathered } from '../read/gathered.ts';
import { jsonItems, jsonLineItems } from '../read/json-items.ts';
import { readAthenaManifest, readInventory, unpacked, type Manifest, type NamedFile } from '../read/manifest.ts';
import { parquetItems } from '../read/parquet-items.ts';
import { decoded } from '../read/text.ts';
import { ItemReaderFailed } from '../reading-failed.ts';
import { Records } from '../write/records.ts';
import { writeResultFiles } from '../write/result-files.ts';

export const SERVICE = 'map-data';

const DELIMITERS = { COMMA: ',', PIPE: '|', SEMICOLON: ';', SPACE: ' ', TAB: '\t' } as const;
const items = z.array(z.unknown());
const most = { MaxItems: z.int().min(1).optional() };

/** How an object is read. */
const Form = z.object({
  ...most,
  InputType: z.string().optional(),
  CSVHeaderLocation: z.enum(['FIRST_ROW', 'GIVEN']).optional(),
  CSVHeaders: z.array(z.string()).optional(),
  CSVDelimiter: z.enum(['COMMA', 'PIPE', 'SEMICOLON', 'SPACE', 'TAB']).default('COMMA'),
  ItemsPointer: z.string().optional(),
  ManifestType: z.enum(['ATHENA_DATA', 'S3_INVENTORY']).optional(),
});
type Form = z.output<typeof Form>;
const Reading = z.object({ Bucket: z.string(), Key: z.string(), ReaderConfig: Form });
const Listing = z.object({ Bucket: z.string(), Prefix: z.string().default(''), ReaderConfig: Form.extend({ Transformation: z.enum(['NONE', 'LOAD_AND_FLATTEN']).default('NONE') }) });

const Writing = z.object({
  Bucket: z.string(),
  Prefix: z.string().default(''),
  WriterConfig: z.object({ Transformation: z.enum(['NONE', 'COMPACT', 'FLATTEN']), OutputType: z.enum(['JSON', 'JSONL']) }),
  MapRun: z.object({ Id: z.uuid(), Arn: z.string(), ExecutionArn: z.string(), StateMachineArn: z.string() }),
  Records: z.array(Sha256),
  Pending: Sha256.optional(),
  BatchInput: Sha256.optional(),
});
const Written = z.object({ MapRunArn: z.string(), ResultWriterDetails: z.object({ Bucket: z.string(), Key: z.string() }) });

export function mapDataSteps(objects: Objects): readonly AnyStep[] {
  const getObject = defineStep({
    name: 'get-object',
    input: Reading,
    output: items,
    run: ({ Bucket: bucket, Key: key, ReaderConfig: config }) => gathered(itemsIn(objects, { bucket, key }, config), config.MaxItems),
  });
  const listObjects = defineStep({
    name: 'list-objects',
    input: Listing,
    output: items,
    run({ Bucket, Prefix, ReaderConfig: config }) {
      const found = objects.list(Bucket, Prefix);
      return gathered(config.Transformation === 'NONE' ? described(found) : loaded(objects, { bucket: Bucket, found, config }), config.MaxItems);
    },
  });
  const writeResults = defineStep({
    name: 'write-results',
    input: Writing,
    output: Written,
    async run({ Bucket: bucket, Prefix: prefix, WriterConfig: { Transformation: transformation, OutputType: outputType }, MapRun: mapRun, Records: records, Pending: pending, BatchInput: batchInput }, { signal, blob, heartbeat }) {
      const found = await Records.open(blob, { records, pending, batchInput });
      const key = await writeResultFiles(objects, found, { bucket, prefix, transformation, outputType, mapRun }, { signal, wrote: (name) => heartbeat({ message: `${name} is written` }) });
      return { MapRunArn: mapRun.Arn, ResultWriterDetails: { Bucket: bucket, Key: key } };
    },
  });
  return [getObject, listObjects, writeResults] as unknown as readonly AnyStep[];
}

/** Of one object, or of those that it names. */
async function* itemsIn(objects: Objects, file: NamedFile, config: Form): AsyncGenerator<Json> {
  const manifest = await manifestIn(objects, file, config);
  if (manifest === undefined) return yield* itemsOf(objects, file, config);
  const { inputType: InputType = config.InputType, columns } = manifest;
  // The columns of an inventory stand in its manifest, and not in its files.
  const form = { ...config, InputType, ...(columns !== undefined && { CSVHeaderLocation: 'GIVEN' as const, CSVHeaders: [...columns] }) };
  for (const named of manifest.files) yield* itemsOf(objects, named, form);
}

/** An inventory says what its files are; of Athena's the definition does. */
async function manifestIn(objects: Objects, { bucket, key }: NamedFile, { InputType: type, ManifestType: whose }: Form): Promise<Manifest | undefined> {
  if (whose === undefined && type !== 'MANIFEST') return undefined;
  const text = decoded(await objects.read(bucket, key));
  if (whose !== 'ATHENA_DATA') return readInventory(text, bucket);
  if (type === 'MANIFEST') throw new ItemReaderFailed('ReaderConfig.InputType: expected what the files are that Athena has written, such as CSV, JSONL or PARQUET');
  return readAthenaManifest(text);
}

async function* itemsOf(objects: Objects, { bucket, key }: NamedFile, config: Form): AsyncGenerator<Json> {
  if (config.InputType === 'PARQUET') return yield* parquetItems(await objects.ranges(bucket, key));
  yield* itemsInText(decoded(unpacked(key, await objects.read(bucket, key))), config);
}

function itemsInText(text: AsyncIterable<string>, config: Form): AsyncIterable<Json> {
  // A single item may be as large as all of them.
  const longest = LIMITS.payloadBytes;
  switch (config.InputType) {
    case 'CSV':
      return csvItems(csvRows(text, { delimiter: DELIMITERS[config.CSVDelimiter], longest }), config.CSVHeaderLocation === 'GIVEN' ? (config.CSVHeaders ?? []) : undefined);
    case 'JSONL':
      return jsonLineItems(text, longest);
    case 'JSON':
      return jsonItems(text, config.ItemsPointer);
    default:
      throw new ItemReaderFailed(`ReaderConfig.InputType: expected CSV, JSON, JSONL, PARQUET or MANIFEST, but found ${JSON.stringify(config.InputType ?? null)}`);
  }
}

/** As AWS describes objects in a listing. */
async function* described(found: AsyncIterable<ObjectInfo>): AsyncGenerator<Json> {
  for await (const { key, bytes, modifiedMs } of found) {
    yield { Etag: `"${modifiedMs.toString(16)}-${bytes.toString(16)}"`, Key: key, LastModified: Math.floor(modifiedMs / 1_000), Size: bytes, StorageClass: 'STANDARD' };
  }
}

/** The items of all of them, one object after the other. */
async function* loaded(objects: Objects, { bucket, found, config }: { readonly bucket: string; readonly found: AsyncIterable<ObjectInfo>; readonly config: Form }): AsyncGenerator<Json> {
  for await (const { key } of found) yield* itemsOf(objects, { bucket, key }, config);
}
