/** ItemReader: whether a step reads it, whether that is told what to read, and which fields of the ReaderConfig go together. */
import { isJsonObject, type JsonObject } from '@baton/contracts';
import type { Report } from '../problem.ts';
import { PLATFORM_RESOURCES } from '../resource.ts';
import { atMostOne } from './exclusive.ts';
import type { StatePlace } from './state.ts';
import { checkResource } from './task.ts';
import { checkTold } from './told.ts';

/** What the platform's own readers must be told. Source: AWS Step Functions, "ItemReader (Map)". */
const TOLD: Readonly<Record<string, readonly string[]>> = {
  'arn:aws:states:::s3:getObject': ['Bucket', 'Key'],
  'arn:aws:states:::s3:listObjectsV2': ['Bucket'],
};
/** Fields of the ReaderConfig that mean something for one InputType alone. */
const OF_TYPE: Readonly<Record<string, string>> = { CSVHeaderLocation: 'CSV', CSVHeaders: 'CSV', CSVDelimiter: 'CSV', ItemsPointer: 'JSON' };

export function checkReader(reader: JsonObject, place: StatePlace, report: Report): void {
  const { at, language, bound } = place;
  const { Resource: resource, ReaderConfig: config } = reader;
  if (isJsonObject(config)) checkReaderConfig(config, [...at, 'ReaderConfig'], report);
  if (typeof resource !== 'string' || resource === '') return;
  checkResource(resource, { ...place, at: [...at, 'Resource'] }, report);
  if (!Object.hasOwn(PLATFORM_RESOURCES, resource) || Object.hasOwn(bound, resource)) return;
  if (TOLD[resource] === undefined) return report([...at, 'Resource'], `Expected one of ${Object.keys(TOLD).join(', ')}, but ${resource} writes`, { ofName: true });
  checkTold(reader, { language, names: TOLD[resource], at }, report);
  const loads = isJsonObject(config) && config['Transformation'] === 'LOAD_AND_FLATTEN';
  if (loads && resource.endsWith(':getObject')) report([...at, 'ReaderConfig', 'Transformation'], 'Transformation says nothing of a single object; a listing has it', { severity: 'warning', ofName: true });
  // An inventory says itself what its files are.
  const saysItself = isJsonObject(config) && config['ManifestType'] === 'S3_INVENTORY';
  if ((loads || resource.endsWith(':getObject')) && !saysItself && !(isJsonObject(config) && config['InputType'] !== undefined)) report([...at, 'ReaderConfig'], 'Expected InputType: what is read, such as CSV, JSON or JSONL', { ofName: true });
}

function checkReaderConfig(config: JsonObject, at: readonly PropertyKey[], report: Report): void {
  atMostOne(config, ['MaxItems', 'MaxItemsPath'], at, report);
  const { InputType: type, ManifestType: whose, CSVHeaderLocation: location, CSVHeaders: headers } = config;
  if (whose === 'ATHENA_DATA' && (type === undefined || type === 'MANIFEST' || type === 'JSON')) report([...at, 'InputType'], `Expected InputType: what the files are that Athena has written, CSV, JSONL or PARQUET${type === undefined ? '' : `, but found ${JSON.stringify(type)}`}`, { ofName: true });
  if (whose === 'S3_INVENTORY' && type !== undefined && type !== 'MANIFEST' && type !== 'CSV') report([...at, 'InputType'], 'InputType says nothing of an inventory, whose manifest says what its files are', { severity: 'warning', ofName: true });
  if (location === 'GIVEN' && headers === undefined) report(at, 'Expected CSVHeaders, since CSVHeaderLocation is GIVEN', { ofName: true });
  if (location === 'FIRST_ROW' && headers !== undefined) report([...at, 'CSVHeaders'], 'Expected no CSVHeaders, since CSVHeaderLocation is FIRST_ROW', { ofName: true });
  if (type === 'CSV' && location === undefined && whose !== 'S3_INVENTORY') report(at, 'Expected CSVHeaderLocation: FIRST_ROW or GIVEN', { ofName: true });
  for (const [field, only] of Object.entries(OF_TYPE)) {
    // A manifest of an inventory is a list of CSV files.
    if (config[field] !== undefined && typeof type === 'string' && type !== only && type !== 'MANIFEST') report([...at, field], `${field} says nothing where InputType is ${type}`, { severity: 'warning', ofName: true });
  }
}
