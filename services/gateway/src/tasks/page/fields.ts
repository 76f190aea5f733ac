/** The fields of a form on a page, and what comes back of them. */
import type { Form, FormField, Json, JsonObject } from '@baton/contracts';
import { html, type Html } from './html.ts';

/** Names of the form's own fields begin with it, those of the page do not. */
const PREFIX = 'field-';
/** A text that may be longer gets more than a line. */
const LINE = 200;

/** What was typed, by the names of the page. */
export type Typed = ReadonlyMap<string, readonly string[]>;

/** @param typed what was sent and is to be corrected; undefined: the defaults. @param problems by the names of fields. */
export function fieldsOf({ properties, required = [] }: Form, { typed, problems }: { readonly typed: Typed | undefined; readonly problems: ReadonlyMap<string, string> }): readonly Html[] {
  return Object.entries(properties).map(([name, field]) => {
    const values = typed === undefined ? textsOf(field.default) : (typed.get(PREFIX + name) ?? []);
    const isRequired = required.includes(name);
    const problem = problems.get(name);
    const notes = html`${field.description === undefined ? undefined : html`<p class="note">${field.description}</p>`}${problem === undefined ? undefined : html`<p class="problem" id="problem-${name}">${problem}</p>`}`;
    const label = html`${field.title ?? name}${isRequired ? undefined : html` <span class="note">(optional)</span>`}`;
    const state = html`${isRequired ? html` required` : undefined}${problem === undefined ? undefined : html` aria-invalid="true" aria-describedby="problem-${name}"`}`;
    if (field.type === 'boolean' || field.type === 'array') return html`<fieldset><legend>${label}</legend>${choicesOf(PREFIX + name, field, { values, isRequired })}${notes}</fieldset>`;
    return html`<div class="field"><label for="${PREFIX}${name}">${label}</label>${inputOf(PREFIX + name, field, { value: values[0] ?? '', state })}${notes}</div>`;
  });
}

const textsOf = (value: Json | undefined): readonly string[] => (value === undefined ? [] : Array.isArray(value) ? value.map(String) : [String(value)]);

function choicesOf(name: string, field: Extract<FormField, { type: 'boolean' | 'array' }>, { values, isRequired }: { readonly values: readonly string[]; readonly isRequired: boolean }): readonly Html[] {
  const options = field.type === 'array' ? field.items.enum.map((choice) => [choice, choice] as const) : ([['true', 'Yes'], ['false', 'No']] as const);
  const kind = field.type === 'array' ? 'checkbox' : 'radio';
  return options.map(([value, label]) => html`<label class="choice"><input type="${kind}" name="${name}" value="${value}"${values.includes(value) ? html` checked` : undefined}${kind === 'radio' && isRequired ? html` required` : undefined}> ${label}</label>`);
}

function inputOf(name: string, field: Extract<FormField, { type: 'string' | 'number' | 'integer' }>, { value, state }: { readonly value: string; readonly state: Html }): Html {
  if (field.type !== 'string') {
    const { type, minimum, maximum } = field;
    return html`<input id="${name}" name="${name}" type="number" step="${type === 'integer' ? '1' : 'any'}" value="${value}"${minimum === undefined ? undefined : html` min="${minimum}"`}${maximum === undefined ? undefined : html` max="${maximum}"`}${state}>`;
  }
  const { enum: choices, format, minLength, maxLength } = field;
  if (choices !== undefined) return html`<select id="${name}" name="${name}"${state}><option value=""></option>${choices.map((choice) => html`<option${choice === value ? html` selected` : undefined}>${choice}</option>`)}</select>`;
  const lengths = html`${minLength === undefined ? undefined : html` minlength="${minLength}"`}${maxLength === undefined ? undefined : html` maxlength="${maxLength}"`}`;
  if (maxLength !== undefined && maxLength > LINE) return html`<textarea id="${name}" name="${name}" rows="4"${lengths}${state}>
${value}</textarea>`;
  const kind = { date: 'date', 'date-time': 'text', email: 'email', uri: 'url' } as const;
  return html`<input id="${name}" name="${name}" type="${format === undefined ? 'text' : kind[format]}" value="${value}"${format === 'date-time' ? html` placeholder="2026-01-31T12:00:00Z"` : undefined}${lengths}${state}>`;
}

/** As JSON, as far as it can be read as what its field is; the form's own check says what cannot. A field that was left empty is not there. */
export function answerOf({ properties, required = [] }: Form, typed: Typed): JsonObject {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, field]): [string, Json][] => {
      const values = typed.get(PREFIX + name) ?? [];
      if (field.type === 'array') return values.length === 0 && !required.includes(name) ? [] : [[name, [...values]]];
      const [value = ''] = values;
      return value === '' ? [] : [[name, readAs(field, value)]];
    }),
  );
}

function readAs({ type }: FormField, text: string): Json {
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (type === 'string') return text.replaceAll('\r\n', '\n');
  return /^-?\d{1,16}(\.\d{1,16})?([eE][+-]?\d{1,3})?$/.test(text.trim()) ? Number(text) : text;
}
