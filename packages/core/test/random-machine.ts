/** Random definitions of every kind of state, in both languages, that pass the checks; and random data. */
import fc from 'fast-check';
import type { Json, JsonObject } from '@baton/contracts';
import { validate } from '@baton/workflow';

const KEYS = ['a', 'b', 'list'] as const;

/** JSON is written without a minus before zero, so that one that is printed and read is another number. */
const asPrinted = (value: number): number => (value === 0 ? 0 : value);

export const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(fc.constant(null), fc.boolean(), fc.integer({ min: -2, max: 40 }), fc.double({ noNaN: true, noDefaultInfinity: true }).map(asPrinted), fc.constantFrom('', 'a', '1', '2026-01-31T12:00:00Z', '{% 1 %}', '$.a', 'Zürich \u{1f3bb} \ud800')),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...KEYS, 'Error', '__x'), tie('value'), { maxKeys: 3 }),
  ),
})).value;

/** Something that most states can work on. */
export const input: fc.Arbitrary<Json> = fc.oneof({ weight: 12, arbitrary: fc.record({ a: fc.integer({ min: 0, max: 5 }), b: fc.constantFrom('x', 'y'), list: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 5 }) }) as fc.Arbitrary<Json> }, { weight: 1, arbitrary: json });

const often = <T>(sound: readonly T[], odd: readonly T[]): fc.Arbitrary<T> => fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...sound) }, { weight: 1, arbitrary: fc.constantFrom(...odd) });
const place = often(['$', '$$.State.Name', '$$.Execution.Input', '$$'], ['$.a', '$.b', '$.list', '$.list[0]', '$.none', '$$.Map.Item.Index', '$$.State.RetryCount', '$v', '$v.a', '$w']);
const path = fc.oneof({ weight: 6, arbitrary: place }, { weight: 1, arbitrary: fc.constantFrom('$.list[*]', '$..a', '$.list[?(@ > 1)]', '$.list[1:]') });
const reference = fc.constantFrom('$', '$.a', '$.a.b', '$.list[0]', '$.new.deep');
const call = often(['States.UUID()', 'States.MathRandom(1, 9)', 'States.JsonToString($)', "States.Format('{}', $$.State.Name)"], ["States.Format('{}', $.a)", 'States.Array($.a, $v)', 'States.ArrayLength($.list)', 'States.StringToJson($.b)', "States.Hash($.b, 'MD5')"]);
const code = often(['$states.input', '$states.context.State.Name', '$states.context.Execution.Input', '$random()', '$uuid()', '$now()', '1 + 1', '$map([1..20], function($x) { $x * 2 })', '$string($states.input)'], ['$states.input.a', '$states.input.list', '$v', '$w.a', '$sum($states.input.list)', '$states.input.list[$ > 1]', '$parse($states.input.b)', '$states.input.none']).map((text) => `{% ${text} %}`);

const pathTemplate: fc.Arbitrary<Json> = fc.oneof(json, fc.dictionary(fc.constantFrom('a.$', 'b.$', 'list.$'), fc.oneof(path, call), { maxKeys: 3 }), fc.record({ a: json, in: fc.dictionary(fc.constantFrom('b.$'), path, { maxKeys: 1 }) }) as fc.Arbitrary<Json>);
const codeTemplate: fc.Arbitrary<Json> = fc.oneof(json, code, fc.dictionary(fc.constantFrom(...KEYS), fc.oneof(json, code), { maxKeys: 3 }), fc.array(code, { maxLength: 3 }));

type Language = 'JSONPath' | 'JSONata';
const template = (language: Language): fc.Arbitrary<Json> => (language === 'JSONPath' ? pathTemplate : codeTemplate);
/** Most fields are mostly absent, and what stands in them mostly makes sense: a run that fails at its first state shows nothing. */
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
const variables = (language: Language): fc.Arbitrary<Json> => (language === 'JSONPath' ? fc.dictionary(fc.constantFrom('v.$', 'w.$'), fc.oneof(path, call), { maxKeys: 2 }) : fc.dictionary(fc.constantFrom('v', 'w'), fc.oneof(json, code), { maxKeys: 2 }));

const undoing = (language: Language): fc.Arbitrary<Json> => (language === 'JSONPath' ? often<Json>([{ 'in.$': '$.Input', 'out.$': '$.Result' }, 7], [{ 'v.$': '$v' }, { 'none.$': '$.Result.none' }]) : often<Json>([{ in: '{% $states.input %}', out: '{% $states.result %}' }, 7], ['{% $v %}', '{% $states.result.none %}']));

const retry = fc.array(fc.record({ ErrorEquals: fc.constantFrom(['States.TaskFailed'], ['Oops'], ['States.Timeout', 'States.QueryEvaluationError'], ['States.BranchFailed']), MaxAttempts: fc.integer({ min: 0, max: 2 }), IntervalSeconds: fc.integer({ min: 1, max: 3 }) }), { maxLength: 2 });

/** Names are unique over the whole definition: the place of a state is its name. */
interface Around {
  readonly language: Language;
  readonly prefix: string;
  readonly depth: number;
  readonly outer: boolean;
}

function machine({ language, prefix, depth, outer }: Around): fc.Arbitrary<JsonObject> {
  return fc.integer({ min: 1, max: outer ? 4 : 2 }).chain((count) => {
    const names = Array.from({ length: count }, (_, i) => `${prefix}${i}`);
    return fc.tuple(...names.map((name, i) => state({ language, prefix: `${name}_`, depth, outer }, names, i))).map((states) => ({ StartAt: names[0]!, States: Object.fromEntries(names.map((name, i) => [name, states[i]!])) }));
  });
}

/** The place of Fail among the kinds. */
const FAIL = 3;

function state(around: Around, names: readonly string[], i: number): fc.Arbitrary<JsonObject> {
  const language = around.language;
  // Mostly onwards; backwards at times, so that there are loops.
  const target = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...names.slice(Math.min(i + 1, names.length - 1))) }, { weight: 1, arbitrary: fc.constantFrom(...names) });
  const last = i + 1 === names.length;
  const onwards: JsonObject = last ? { End: true } : { Next: names[i + 1]! };
  const flow = language === 'JSONPath' ? { InputPath: maybe(path), OutputPath: maybe(path) } : { Output: maybe(codeTemplate) };
  const result = language === 'JSONPath' ? { ResultPath: maybe(fc.oneof(reference, fc.constant(null))), ResultSelector: maybe(pathTemplate) } : {};
  const assign = { Assign: maybe(variables(language)) };
  const catcher = fc.array(fc.record({ ErrorEquals: fc.constantFrom(['States.ALL'], ['Oops']), Next: target, ...(language === 'JSONPath' ? { ResultPath: maybe(reference) } : { Output: maybe(codeTemplate) }), ...assign } as Record<string, fc.Arbitrary<unknown>>), { maxLength: 1 });
  const compensate = fc.oneof({ weight: 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.record({ Resource: fc.constantFrom('s/undo', 's/undo.sync'), [language === 'JSONPath' ? 'Parameters' : 'Arguments']: maybe(undoing(language)), Retry: maybe(retry), TimeoutSeconds: maybe(fc.integer({ min: 10, max: 20 })), HeartbeatSeconds: maybe(fc.integer({ min: 1, max: 5 })) } as Record<string, fc.Arbitrary<unknown>>).map(defined) });
  const tried = { Retry: maybe(retry), Catch: maybe(catcher) };
  const number = (field: string, literal: fc.Arbitrary<Json>) => (language === 'JSONPath' ? fc.oneof({ weight: 6, arbitrary: literal.map((value) => ({ [field]: value })) }, { weight: 1, arbitrary: place.map((value) => ({ [`${field}Path`]: value })) }, { weight: 3, arbitrary: fc.constant({}) }) : fc.oneof({ weight: 6, arbitrary: literal.map((value) => ({ [field]: value })) }, { weight: 1, arbitrary: code.map((value) => ({ [field]: value })) }, { weight: 3, arbitrary: fc.constant({}) }));
  const whole = (least: number, most: number): fc.Arbitrary<Json> => fc.integer({ min: least, max: most });
  const record = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<JsonObject> => fc.record(fields).map(defined);
  const joined = (...parts: fc.Arbitrary<object>[]): fc.Arbitrary<JsonObject> => fc.tuple(...parts).map((all) => Object.assign({}, ...all) as JsonObject);
  const kinds: fc.Arbitrary<JsonObject>[] = [
    joined(record({ ...flow, ...assign, ...(language === 'JSONPath' ? { Result: maybe(json), Parameters: maybe(pathTemplate), ResultPath: maybe(reference) } : {}) }), fc.constant({ Type: 'Pass', ...onwards })),
    joined(record({ ...flow, ...result, ...assign, ...tried, [language === 'JSONPath' ? 'Parameters' : 'Arguments']: maybe(template(language)), Compensate: compensate, Resource: fc.constantFrom('s/a', 's/b', 's/b.waitForTaskToken', 's/c.sync') }), number('TimeoutSeconds', whole(10, 20)), number('HeartbeatSeconds', whole(1, 5)), fc.constant({ Type: 'Task', ...onwards })),
    joined(record({ ...flow, ...assign }), fc.oneof(number('Seconds', whole(0, 5)).map((field) => (Object.keys(field).length === 0 ? { Seconds: 1 } : field)), fc.constant({ Timestamp: '2024-01-31T12:00:00Z' })), fc.constant({ Type: 'Wait', ...onwards })),
    joined(record(language === 'JSONPath' ? { ErrorPath: maybe(path), CausePath: maybe(fc.oneof(path, call)) } : { Error: maybe(fc.oneof(code, fc.constant('Oops'))), Cause: maybe(code) }), fc.constant({ Type: 'Fail' })),
  ];
  const named = language === 'JSONPath' ? { Parameters: often<Json>([{ Name: 'go' }], [{ 'Name.$': '$.b' }, { 'Name.$': '$.none' }]) } : { Arguments: often<Json>([{ Name: 'go' }], [{ Name: '{% $states.input.b %}' }, '{% $states.input %}']) };
  kinds.push(joined(record({ ...flow, ...result, ...assign, ...tried, ...named }), number('TimeoutSeconds', whole(10, 20)), fc.constant({ Type: 'Task', Resource: 'baton:waitForEvent', ...onwards })));
  const form = { type: 'object', properties: { a: { type: 'integer', minimum: 0 } } };
  const others = [{ AfterSeconds: 5, Assignees: ['bob'] }, { AfterSeconds: 8, Assignees: ['eve'] }];
  const asked = language === 'JSONPath' ? { Parameters: often<Json>([{ Title: 'go?', Form: form }, { Title: 'go?', Form: form, Escalate: others, 'Data.$': '$' }], [{ 'Title.$': '$.b', Form: form }, { Title: 'go?', 'Form.$': '$' }]) } : { Arguments: often<Json>([{ Title: 'go?', Form: form }, { Title: 'go?', Form: form, Escalate: others, Data: '{% $states.input %}' }], [{ Title: '{% $states.input.b %}', Form: form }]) };
  kinds.push(joined(record({ ...flow, ...result, ...assign, ...tried, ...asked }), number('TimeoutSeconds', whole(10, 20)), fc.constant({ Type: 'Task', Resource: 'baton:askPerson', ...onwards })));
  const started = language === 'JSONPath' ? { Parameters: often<Json>([{ Workflow: 'other', 'Input.$': '$' }, { Workflow: 'other' }], [{ 'Workflow.$': '$.b' }, { Workflow: 'unknown' }]) } : { Arguments: often<Json>([{ Workflow: 'other', Input: '{% $states.input %}' }, { Workflow: 'other' }], [{ Workflow: '{% $states.input.b %}' }, { Workflow: 'unknown' }]) };
  kinds.push(joined(record({ ...flow, ...result, ...assign, ...tried, ...started, Resource: fc.constantFrom('baton:startRun', 'baton:startRun.sync', 'baton:startRun.sync:2') }), number('TimeoutSeconds', whole(10, 20)), fc.constant({ Type: 'Task', ...onwards })));
  const said = language === 'JSONPath' ? { Parameters: often<Json>([{ Type: 'said', 'Data.$': '$' }, { Type: 'said', Subject: 'x' }], [{ 'Type.$': '$.b' }]) } : { Arguments: often<Json>([{ Type: 'said', Data: '{% $states.input %}' }], [{ Type: '{% $states.input.b %}' }]) };
  kinds.push(joined(record({ ...flow, ...result, ...assign, ...tried, ...said }), fc.constant({ Type: 'Task', Resource: 'baton:emit', ...onwards })));
  if (around.outer) kinds.push(joined(record({ ...flow, ...result, ...assign, [language === 'JSONPath' ? 'Parameters' : 'Arguments']: often<Json>([{}, { Input: { a: 1 } }], [{ Workflow: 'unknown' }]) }), fc.constant({ Type: 'Task', Resource: 'baton:continueAs', End: true })));
  if (last) kinds.push(joined(record(flow), fc.constant({ Type: 'Succeed' })));
  else kinds.push(joined(record({ ...flow, ...assign, Default: maybe(target), Choices: fc.array(rule(language, target), { minLength: 1, maxLength: 2 }) }).map((found) => (found['Default'] === undefined ? { ...found, Default: names[i + 1]! } : found)), fc.constant({ Type: 'Choice' })));
  if (around.depth > 0) {
    const inner = { ...around, depth: around.depth - 1, outer: false };
    const branches = fc.integer({ min: 1, max: 3 }).chain((count) => fc.tuple(...Array.from({ length: count }, (_, b) => machine({ ...inner, prefix: `${around.prefix}b${b}_` }))));
    kinds.push(joined(record({ ...flow, ...result, ...assign, ...tried, [language === 'JSONPath' ? 'Parameters' : 'Arguments']: maybe(template(language)), Branches: branches }), fc.constant({ Type: 'Parallel', ...onwards })));
    const distributed = record({ ItemBatcher: maybe(record({ MaxItemsPerBatch: fc.integer({ min: 1, max: 3 }), BatchInput: maybe(template(language)) })) });
    const items = language === 'JSONPath' ? { ItemsPath: often(['$$.Execution.Input.list', '$.list'], ['$', '$v', '$.none']), ItemSelector: maybe(pathTemplate) } : { Items: often<Json>(['{% $states.context.Execution.Input.list %}', [1, 2, 3], '{% [1..60] %}'], ['{% $states.input %}', '{% $v %}', '{% $states.input.list %}']), ItemSelector: maybe(codeTemplate) };
    const map = (mode: JsonObject, extra: fc.Arbitrary<object>): fc.Arbitrary<JsonObject> =>
      joined(record({ ...flow, ...result, ...assign, ...tried, ...items, ItemProcessor: machine({ ...inner, prefix: `${around.prefix}i_` }).map((processor) => ({ ...mode, ...processor })) }), number('MaxConcurrency', whole(0, 3)), extra, fc.constant({ Type: 'Map', ...onwards }));
    kinds.push(map({}, fc.constant({})), map({ ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } }, joined(distributed, writer(language), number('ToleratedFailureCount', whole(0, 2)), number('ToleratedFailurePercentage', whole(0, 100)))));
  }
  // Failing at once shows little.
  return fc.oneof(...kinds.map((arbitrary, k) => ({ weight: k === FAIL ? 1 : 4, arbitrary })));
}

const writer = (language: Language): fc.Arbitrary<JsonObject> =>
  maybe(language === 'JSONPath' ? fc.constantFrom<Json>({ Bucket: 'b' }, { 'Bucket.$': '$.b' }) : fc.constantFrom<Json>({ Bucket: 'b' }, { Bucket: '{% $states.input.b %}' })).map((told) => (told === undefined ? {} : { ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', [language === 'JSONPath' ? 'Parameters' : 'Arguments']: told } }));

const comparison = fc.oneof(
  fc.tuple(fc.constantFrom('IsPresent', 'IsNull', 'IsNumeric', 'IsString', 'IsBoolean', 'IsTimestamp'), fc.boolean()),
  fc.tuple(fc.constantFrom('NumericEquals', 'NumericGreaterThan', 'NumericLessThanEquals'), fc.integer({ min: 0, max: 5 })),
  fc.tuple(fc.constantFrom('StringEquals', 'StringLessThan', 'StringMatches'), fc.constantFrom('x', '*', 'a*', '\\\\*')),
  fc.tuple(fc.constantFrom('NumericLessThanPath', 'StringEqualsPath', 'TimestampGreaterThanPath', 'BooleanEqualsPath'), place),
);
const test: fc.Arbitrary<JsonObject> = fc.letrec<{ rule: JsonObject }>((tie) => ({
  rule: fc.oneof(
    { depthSize: 'small' },
    fc.tuple(path, comparison).map(([Variable, [name, operand]]) => ({ Variable, [name]: operand }) as JsonObject),
    fc.array(tie('rule'), { minLength: 1, maxLength: 2 }).map((And) => ({ And })),
    fc.array(tie('rule'), { minLength: 1, maxLength: 2 }).map((Or) => ({ Or })),
    tie('rule').map((Not) => ({ Not })),
  ),
})).rule;
const rule = (language: Language, target: fc.Arbitrary<string>): fc.Arbitrary<JsonObject> =>
  language === 'JSONPath'
    ? fc.tuple(test, target, maybe(variables(language))).map(([what, Next, Assign]) => defined({ ...what, Next, Assign }))
    : fc.tuple(often<Json>([true, false, '{% $random() > 0.5 %}'], ['{% $states.input %}', '{% $states.input.a > 2 %}']), target, maybe(codeTemplate)).map(([Condition, Next, Output]) => defined({ Condition, Next, Output }));

const defined = (fields: object): JsonObject => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as JsonObject;

/** Only what the checks take runs. Most do: what is left out has variables or results where there are none. */
export const randomMachine: fc.Arbitrary<JsonObject> = fc
  .constantFrom<Language>('JSONPath', 'JSONata')
  .chain((language) => fc.tuple(machine({ language, prefix: 'S', depth: 2, outer: true }), maybe(fc.integer({ min: 5, max: 60 }))).map(([states, TimeoutSeconds]) => defined({ ...(language === 'JSONata' && { QueryLanguage: language }), ...states, TimeoutSeconds })))
  .map((asl) => withoutUnreachable(asl))
  .filter((asl) => validate(asl).machine !== undefined);

/** The checks refuse states that nothing leads to; they are taken out rather than all of it refused. */
function withoutUnreachable(asl: JsonObject): JsonObject {
  const states = asl['States'] as Readonly<Record<string, JsonObject>>;
  const seen = new Set<string>();
  for (const open = [asl['StartAt'] as string]; open.length > 0; ) {
    const name = open.pop()!;
    const found = states[name];
    if (seen.has(name) || found === undefined) continue;
    seen.add(name);
    for (const rules of [found['Choices'], found['Catch']]) for (const { Next } of (rules ?? []) as readonly { readonly Next: string }[]) open.push(Next);
    open.push(...([found['Next'], found['Default']].filter((next) => next !== undefined) as string[]));
  }
  const kept = Object.fromEntries(
    Object.entries(states)
      .filter(([name]) => seen.has(name))
      .map(([name, found]) => [name, { ...found, ...(found['Branches'] !== undefined && { Branches: (found['Branches'] as readonly JsonObject[]).map(withoutUnreachable) }), ...(found['ItemProcessor'] !== undefined && { ItemProcessor: withoutUnreachable(found['ItemProcessor'] as JsonObject) }) }]),
  );
  return { ...asl, States: kept };
}
