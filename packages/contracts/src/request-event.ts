/**
 * The request event on `requests.v1`: a CloudEvent of type `baton.run.requested`, in the structured or the binary mode
 * of the Kafka protocol binding. Source: CloudEvents 1.0.2, Kafka Protocol Binding, sections 3.2 and 3.3.
 */
import { z } from 'zod';
import { ContractError } from './contract-error.ts';
import { VersionOrAlias } from './definition-ref.ts';
import { Name } from './ids.ts';
import { isForbiddenKey, isJsonObject, parseJson, type Json } from './json.ts';
import { JsonValue } from './json-schema.ts';
import { readValue } from './read.ts';

export const RUN_REQUESTED = 'baton.run.requested';

/** `version`: its number or an alias; absent: `live`. */
export const RequestData = z.strictObject({ workflow: Name, version: VersionOrAlias.optional(), input: JsonValue });

/** CloudEvents context attributes; extensions are kept (lower-case letters and digits by the specification). */
export const CloudEvent = z.looseObject({
  specversion: z.literal('1.0', { error: 'Expected specversion "1.0"' }),
  id: z.string().min(1).max(512),
  source: z.string().min(1).max(512),
  type: z.string().min(1).max(256),
  subject: z.string().min(1).max(512).optional(),
  time: z.iso.datetime({ offset: true }).optional(),
  datacontenttype: z.string().max(255).optional(),
  dataschema: z.string().max(512).optional(),
  data: JsonValue.optional(),
});
export type CloudEvent = z.infer<typeof CloudEvent>;

export const RequestEvent = CloudEvent.extend({ type: z.literal(RUN_REQUESTED), data: RequestData });
export type RequestEvent = z.infer<typeof RequestEvent>;

export interface KafkaMessage {
  readonly value: Uint8Array | null;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Reads a CloudEvent from a Kafka record in either mode.
 * @throws ContractError naming the attribute.
 */
export function readCloudEvent(message: KafkaMessage): CloudEvent {
  const headers = lowerCased(message.headers);
  const contentType = headers['content-type'] ?? '';
  if (contentType.toLowerCase().startsWith('application/cloudevents')) return readStructured(message.value, contentType);
  if (headers['ce_specversion'] !== undefined) return readBinary(message.value, headers);
  // Producers such as kcat set no header: a structured event is told by its own specversion.
  if (message.value !== null) {
    const value = parseJson(message.value);
    if (isJsonObject(value) && 'specversion' in value) return readValue(CloudEvent, value);
  }
  throw new ContractError('schema', '', 'Expected a CloudEvent: either the header content-type: application/cloudevents+json, or ce_ headers with ce_specversion, or a JSON value with specversion');
}

function readStructured(value: Uint8Array | null, contentType: string): CloudEvent {
  if (!/^application\/cloudevents\+json\b/i.test(contentType)) {
    throw new ContractError('schema', '/content-type', `Expected application/cloudevents+json, but found ${contentType}`);
  }
  if (value === null) throw new ContractError('schema', '', 'Expected a structured CloudEvent, but the record has no value');
  return readValue(CloudEvent, parseJson(value));
}

function readBinary(value: Uint8Array | null, headers: Readonly<Record<string, string>>): CloudEvent {
  const attributes: Record<string, Json> = {};
  for (const [name, text] of Object.entries(headers)) {
    if (!name.startsWith('ce_')) continue;
    if (isForbiddenKey(name.slice(3))) throw new ContractError('forbidden_key', `/${name}`, `The attribute ${name.slice(3)} is not allowed; rename it`);
    attributes[name.slice(3)] = text;
  }
  if ('data' in attributes) throw new ContractError('schema', '/ce_data', 'Expected the data as the record value, not as the header ce_data');
  const contentType = headers['content-type'];
  if (contentType !== undefined) attributes['datacontenttype'] = contentType;
  if (value !== null) {
    if (contentType !== undefined && !/[/+]json\b/i.test(contentType)) {
      throw new ContractError('schema', '/content-type', `Expected a JSON content type, but found ${contentType}`);
    }
    attributes['data'] = parseJson(value);
  }
  return readValue(CloudEvent, attributes);
}

function lowerCased(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, text]) => [name.toLowerCase(), text]));
}

/** @throws ContractError where it is no run request or its data does not fit. */
export function readRequestEvent(message: KafkaMessage): RequestEvent {
  return readValue(RequestEvent, readCloudEvent(message));
}

/** The structured mode: one JSON value with everything. */
export function writeStructured(event: CloudEvent | RequestEvent): { value: string; headers: Record<string, string> } {
  return { value: JSON.stringify(event), headers: { 'content-type': 'application/cloudevents+json; charset=UTF-8' } };
}

/** The binary mode: attributes as ce_ headers, the data as the value. */
export function writeBinary(event: CloudEvent | RequestEvent): { value: string | null; headers: Record<string, string> } {
  const { data, datacontenttype, ...attributes } = event;
  const headers: Record<string, string> = {};
  for (const [name, attribute] of Object.entries(attributes)) {
    if (attribute !== undefined) headers[`ce_${name}`] = String(attribute);
  }
  if (data !== undefined) headers['content-type'] = datacontenttype ?? 'application/json';
  return { value: data === undefined ? null : JSON.stringify(data), headers };
}
