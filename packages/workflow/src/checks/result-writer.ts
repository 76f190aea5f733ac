/** ResultWriter: whether a step writes the results and is told where, or what they look like as they go on. */
import { isJsonObject, type JsonObject } from '@baton/contracts';
import { isJsonata } from '@baton/expressions';
import type { Report } from '../problem.ts';
import { PLATFORM_RESOURCES } from '../resource.ts';
import type { StatePlace } from './state.ts';
import { checkResource } from './task.ts';
import { checkTold } from './told.ts';

/** Of the platform's own writer. Source: AWS Step Functions, "ResultWriter (Map)". */
const TOLD = ['Bucket'];
const GIVEN = ['Parameters', 'Arguments'];

export function checkWriter(writer: JsonObject, place: StatePlace, report: Report): void {
  const { at, language, bound } = place;
  const { Resource: resource, WriterConfig: config } = writer;
  if (resource === undefined) {
    if (config === undefined) report(at, 'Expected Resource, WriterConfig or both', { ofName: true });
    for (const field of GIVEN) if (writer[field] !== undefined) report([...at, field], `${field} say nothing without a Resource that writes, such as arn:aws:states:::s3:putObject`, { severity: 'warning', ofName: true });
    return;
  }
  if (typeof resource !== 'string' || resource === '') return;
  checkResource(resource, { ...place, at: [...at, 'Resource'] }, report);
  if (!Object.hasOwn(PLATFORM_RESOURCES, resource) || Object.hasOwn(bound, resource)) return;
  if (resource !== 'arn:aws:states:::s3:putObject') return report([...at, 'Resource'], `Expected what writes, such as arn:aws:states:::s3:putObject, but ${resource} reads`, { ofName: true });
  checkTold(writer, { language, names: TOLD, at }, report);
  const field = language === 'JSONata' ? 'Arguments' : 'Parameters';
  const { Prefix: prefix } = isJsonObject(writer[field]) ? writer[field] : {};
  if (typeof prefix === 'string' && !isJsonata(prefix) && !leadsDown(prefix)) report([...at, field, 'Prefix'], `Expected a prefix that leads downwards, such as results/2026, but found ${JSON.stringify(prefix)}`);
}

/** A slash at its end is none too many. */
const leadsDown = (prefix: string): boolean => prefix === '' || prefix.replace(/\/$/, '').split('/').every((part) => part !== '' && part !== '.' && part !== '..');
