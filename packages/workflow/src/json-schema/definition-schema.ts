/**
 * The language as JSON Schema, made of the same schemas that check it, so that editors complete fields and underline
 * mistakes while somebody writes. Draft 7, which every editor knows. It knows what one place may hold; what hangs together
 * across states (names that lead nowhere, variables, expressions) only `validate` knows.
 *
 * What a nested machine's states may be depends on the outermost machine's language, which no schema can look up; so there
 * is one set of definitions for machines in JSONPath and one for machines in JSONata.
 */
import type { Json, JsonObject } from '@baton/contracts';
import { z } from 'zod';
import { RULES } from '../states/choice-rule.ts';
import { STATES, StateMachine, type QueryLanguage, type StateType } from '../states/index.ts';
import { NestedMachine } from '../states/machine.ts';
import { ItemProcessor } from '../states/map.ts';

type Machine = QueryLanguage;
type Schema = { [key: string]: Json };

const LEADS_ON: readonly StateType[] = ['Task', 'Pass', 'Wait', 'Parallel', 'Map'];
const LANGUAGES: Readonly<Record<Machine, readonly QueryLanguage[]>> = { JSONPath: ['JSONPath', 'JSONata'], JSONata: ['JSONata'] };

export function definitionSchema(): JsonObject {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Workflow definition',
    description: 'Amazon States Language as Baton runs it. What each field means is in docs/reference/language.md.',
    type: 'object',
    ...where(has('QueryLanguage', 'JSONata'), ref('machine.JSONata'), ref('machine.JSONPath')),
    definitions: {
      ...Object.fromEntries((['JSONPath', 'JSONata'] as const).flatMap((machine) => Object.entries(machineDefinitions(machine)))),
      ...Object.fromEntries((['inner', 'outer'] as const).flatMap((place) => Object.entries(ruleDefinitions(place)))),
    },
  };
}

// oxlint-disable-next-line unicorn/no-thenable -- the word of JSON Schema; nobody awaits it
const where = (condition: Schema, schema: Schema, otherwise?: Schema): Schema => ({ if: condition, then: schema, ...(otherwise !== undefined && { else: otherwise }) });
const has = (field: string, value: string): Schema => ({ properties: { [field]: { const: value } }, required: [field] });
const ref = (name: string): Schema => ({ $ref: `#/definitions/${name}` });

function machineDefinitions(machine: Machine): Readonly<Record<string, Json>> {
  const states = LANGUAGES[machine].flatMap((language) => (Object.keys(STATES) as StateType[]).map((type) => [`${type}.${nameOf(machine, language)}`, stateSchema(type, { machine, language })] as const));
  return {
    [`machine.${machine}`]: converted(StateMachine, machine),
    [`nested.${machine}`]: converted(NestedMachine, machine),
    [`processor.${machine}`]: converted(ItemProcessor, machine),
    [`state.${machine}`]: anyState(machine),
    ...Object.fromEntries(states),
  };
}

const nameOf = (machine: Machine, language: QueryLanguage): string => (machine === language ? language : `${language}-in-${machine}`);

/** Each kind by its Type, so that what is wrong is told of the kind that is meant. */
function anyState(machine: Machine): Schema {
  const ofKind = (type: StateType): Schema => {
    const [own, other] = LANGUAGES[machine];
    const schema = ref(`${type}.${nameOf(machine, own!)}`);
    return other === undefined ? schema : where(has('QueryLanguage', other), ref(`${type}.${nameOf(machine, other)}`), schema);
  };
  const types = Object.keys(STATES) as StateType[];
  return {
    type: 'object',
    required: ['Type'],
    properties: { Type: { enum: types, description: 'The kind of the state.' } },
    allOf: types.map((type) => where(has('Type', type), ofKind(type))),
  };
}

function stateSchema(type: StateType, { machine, language }: { readonly machine: Machine; readonly language: QueryLanguage }): Schema {
  const schema = converted(STATES[type][language], machine);
  return LEADS_ON.includes(type) ? { ...schema, oneOf: [{ required: ['Next'] }, { required: ['End'] }] } : schema;
}

function ruleDefinitions(place: 'inner' | 'outer'): Readonly<Record<string, Json>> {
  const kinds = ['And', 'Or', 'Not'] as const;
  const otherwise = ref(`rule.${place}.comparison`);
  return {
    [`rule.${place}`]: kinds.reduceRight<Schema>((rest, kind) => where({ required: [kind] }, ref(`rule.${place}.${kind}`), rest), otherwise),
    ...Object.fromEntries([...kinds, 'comparison' as const].map((kind) => [`rule.${place}.${kind}`, converted(RULES[place][kind], 'JSONPath')])),
  };
}

/** @param machine the language of the outermost machine, for machines inside. */
function converted(schema: z.ZodType, machine: Machine): Schema {
  const { $schema: _draft, ...made } = z.toJSONSchema(schema, {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
    reused: 'inline',
    override: ({ jsonSchema }) => {
      const found = jsonSchema as Record<string, unknown>;
      const { machine: inside, states, rule, description } = found;
      const by = inside !== undefined ? ref(`${String(inside)}.${machine}`) : rule !== undefined ? ref(`rule.${String(rule)}`) : states !== undefined ? { type: 'object', minProperties: 1, additionalProperties: ref(`state.${machine}`) } : undefined;
      if (by === undefined) return;
      for (const key of Object.keys(found)) delete found[key];
      Object.assign(found, by, description === undefined ? {} : { description });
    },
  });
  return made as Schema;
}
