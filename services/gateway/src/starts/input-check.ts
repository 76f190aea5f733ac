/**
 * A start's input against the schema that the workflow was published with. The schema is the words of another team, so:
 * no remote references, no asynchronous keywords (their promise would pass for a yes), and patterns run on an engine
 * that takes linear time, since with the built-in one a pattern such as (a+)+$ and thirty letters hold the process.
 */
import type { FieldProblem, Json, JsonObject } from '@baton/contracts';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { RE2JS } from 're2js';
import { Refusal } from '../refusal.ts';

const MAX_SCHEMAS = 500;
const MAX_PROBLEMS = 20;

export class InputCheck {
  /** By definition hash: a definition never changes. */
  readonly #compiled = new Map<string, ValidateFunction | Refusal>();

  /** @throws Refusal `invalid_input` with one problem per field, or `invalid_definition` where the schema itself is broken. */
  check(workflow: { readonly def: { readonly name: string; readonly hash: string }; readonly inputSchema?: JsonObject }, input: Json): void {
    if (workflow.inputSchema === undefined) return;
    const validate = this.#validator(workflow.def, workflow.inputSchema);
    if (validate instanceof Refusal) throw validate;
    if (validate(input) === true) return;
    const problems = (validate.errors ?? []).slice(0, MAX_PROBLEMS).map(problemOf);
    const first = problems[0] ?? { field: '', message: 'does not fit' };
    throw new Refusal('invalid_input', `The input does not fit the schema of ${workflow.def.name}: ${first.field === '' ? 'it' : first.field} ${first.message}`, { problems });
  }

  /** @throws Refusal `invalid_definition` where the schema cannot be used. */
  checkSchema(name: string, schema: JsonObject): void {
    const made = compile(name, schema);
    if (made instanceof Refusal) throw made;
  }

  #validator(def: { readonly name: string; readonly hash: string }, schema: JsonObject): ValidateFunction | Refusal {
    const known = this.#compiled.get(def.hash);
    if (known !== undefined) return known;
    if (this.#compiled.size >= MAX_SCHEMAS) this.#compiled.delete(this.#compiled.keys().next().value ?? '');
    const made = compile(def.name, schema);
    this.#compiled.set(def.hash, made);
    return made;
  }
}

function compile(name: string, schema: JsonObject): ValidateFunction | Refusal {
  if (hasKey(schema, '$async')) return new Refusal('invalid_definition', `The input schema of ${name} uses $async, which is not allowed; publish it without`);
  // One instance per schema: an $id of one team cannot stand for another team's.
  const ajv = new Ajv2020({ allErrors: true, strict: false, code: { regExp: linearRegExp }, logger: false });
  // The package is CommonJS: under ES modules its function is the member `default` of its own type.
  (addFormats as unknown as (instance: Ajv2020) => void)(ajv);
  try {
    return ajv.compile(schema);
  } catch (cause) {
    return new Refusal('invalid_definition', `The input schema of ${name} cannot be used: ${(cause as Error).message}; publish a corrected one`, { cause });
  }
}

function hasKey(value: Json, key: string): boolean {
  if (Array.isArray(value)) return value.some((item: Json) => hasKey(item, key));
  return typeof value === 'object' && value !== null && Object.entries(value).some(([name, child]) => name === key || hasKey(child as Json, key));
}

/** RE2 knows no back references and lookarounds; such a pattern is refused when the schema is compiled. */
const linearRegExp = Object.assign(
  (pattern: string, _flags: string) => {
    const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
    // Ajv keeps one expression per text: without toString the first pattern would stand for all.
    return { test: (text: string) => compiled.test(text), toString: () => pattern };
  },
  { code: 'linearRegExp' },
);

function problemOf(error: ErrorObject): FieldProblem {
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'required':
      return { field: `${error.instancePath}/${escapePointer(String(params['missingProperty']))}`, message: 'is required' };
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const name = String(params['additionalProperty'] ?? params['unevaluatedProperty']);
      return { field: `${error.instancePath}/${escapePointer(name)}`, message: 'is not known; leave it out' };
    }
    case 'enum':
      return { field: error.instancePath, message: `must be one of ${JSON.stringify(params['allowedValues']).slice(0, 500)}` };
    default:
      return { field: error.instancePath, message: error.message ?? 'does not fit' };
  }
}

const escapePointer = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1');
