/**
 * behave-asl never checks the definitions of its scenarios, and runs one state of them at a time. Many are none by the
 * specification, at places that the scenario is not about. A state is asked alone, then, in a machine made for it:
 *
 *   M1  states that it leads to are ends of the run, whether the definition has them or not; others are left out
 *   M2  `Next` beside `End`, and in a rule that is no outermost rule of a Choice or a retrier, is left out
 *   M3  the one rule of an `And` or `Or` that is no list becomes a list
 *   M4  what a Choice compares with, where it may not stand in a definition (a string for a number, the 31st of February),
 *       is read from a variable by the comparator's `…Path`
 */
import { isJsonObject, type Json, type JsonObject } from '@baton/contracts';

export interface Alone {
  readonly definition: JsonObject;
  /** What M4 has put into variables. */
  readonly operands: Readonly<Record<string, Json>>;
  /** The states that it leads to. */
  readonly targets: readonly string[];
}

/** @param before made the first state, for what the run's own input cannot say. */
export function alone(machine: JsonObject, name: string, state: JsonObject, before?: JsonObject): Alone {
  const operands: Record<string, Json> = {};
  const mended = mendState(state, operands);
  const targets = targetsOf(mended);
  const ends = Object.fromEntries(targets.filter((target) => target !== name).map((target) => [target, { Type: 'Succeed' }]));
  const first = before === undefined && Object.keys(operands).length === 0 ? {} : { 'Given before': { ...before, Type: 'Pass', ...(Object.keys(operands).length > 0 && { Assign: { ...(before?.['Assign'] as JsonObject | undefined), ...operands } }), Next: name } };
  return {
    definition: { ...('QueryLanguage' in machine && { QueryLanguage: machine['QueryLanguage']! }), StartAt: Object.keys(first)[0] ?? name, States: { ...first, [name]: mended, ...ends } },
    operands,
    targets,
  };
}

function mendState(state: JsonObject, operands: Record<string, Json>): JsonObject {
  const mended: Record<string, Json> = { ...state };
  if (mended['End'] === true) delete mended['Next'];
  if (Array.isArray(mended['Retry'])) mended['Retry'] = (mended['Retry'] as Json[]).map((retrier) => without(retrier, 'Next'));
  if (Array.isArray(mended['Choices'])) mended['Choices'] = (mended['Choices'] as Json[]).map((rule) => mendRule(rule, operands, true));
  return mended;
}

function mendRule(rule: Json, operands: Record<string, Json>, outermost: boolean): Json {
  if (!isJsonObject(rule)) return rule;
  const mended: Record<string, Json> = { ...(outermost ? rule : (without(rule, 'Next') as JsonObject)) };
  for (const field of ['And', 'Or']) {
    const parts = mended[field];
    if (parts !== undefined) mended[field] = (Array.isArray(parts) ? (parts as Json[]) : [parts]).map((part) => mendRule(part, operands, false));
  }
  if (mended['Not'] !== undefined) mended['Not'] = mendRule(mended['Not'], operands, false);
  for (const [field, operand] of Object.entries(mended)) {
    const [, kind] = /^(String|Numeric|Boolean|Timestamp)(?:Equals|LessThan|GreaterThan|LessThanEquals|GreaterThanEquals)$/.exec(field) ?? [];
    if (kind === undefined || fits(kind, operand)) continue;
    const variable = `operand${Object.keys(operands).length + 1}`;
    operands[variable] = operand;
    delete mended[field];
    mended[`${field}Path`] = `$${variable}`;
  }
  return mended;
}

function fits(kind: string, operand: Json): boolean {
  if (kind === 'Timestamp') return typeof operand === 'string' && isTime(operand);
  return typeof operand === { String: 'string', Numeric: 'number', Boolean: 'boolean' }[kind];
}

function isTime(text: string): boolean {
  const [, date] = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/.exec(text) ?? [];
  return date !== undefined && !Number.isNaN(Date.parse(text)) && new Date(`${date}T00:00:00Z`).toISOString().startsWith(date);
}

function targetsOf(state: JsonObject): string[] {
  const rules = [state['Choices'], state['Catch']].flatMap((list) => (Array.isArray(list) ? (list as Json[]) : [])).map((rule) => (isJsonObject(rule) ? rule['Next'] : undefined));
  return [...new Set([state['Next'], state['Default'], ...rules].filter((target): target is string => typeof target === 'string'))];
}

function without(value: Json, field: string): Json {
  if (!isJsonObject(value)) return value;
  const { [field]: _left, ...rest } = value;
  return rest;
}
