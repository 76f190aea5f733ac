/**
 * The page behind a task's link: the question, its form, what became of it. Made here whole, without a script; what a workflow says is
 * text on it and nothing else. It may not be framed, loads nothing, and sends its form to where it came from.
 */
import { createHash } from 'node:crypto';
import { isJsonObject, type Json, type TaskView } from '@baton/contracts';
import { fieldsOf, type Typed } from './fields.ts';
import { html, Html } from './html.ts';

const STYLE = `
:root { color-scheme: light dark; --line: #8886; --good: #1a7f37; --bad: #c62828; --strong: #1f5fbf }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere }
h1 { font-size: 1.5rem; line-height: 1.25 }
.note { opacity: .7; font-size: .875rem; margin: .25rem 0 0 }
.text { white-space: pre-wrap }
pre, table { border: 1px solid var(--line); border-radius: .375rem; width: 100%; box-sizing: border-box }
pre { padding: .75rem; overflow: auto; max-height: 24rem; font-size: .875rem }
table { border-spacing: 0; padding: .25rem .75rem } th { text-align: left; font-weight: 600; padding-right: 1rem; vertical-align: top; width: 30% }
.field, fieldset { margin: 1.25rem 0; border: 0; padding: 0 } legend, .field > label { font-weight: 600; display: block; padding: 0 }
input:not([type=radio]):not([type=checkbox]), select, textarea { font: inherit; width: 100%; box-sizing: border-box; padding: .5rem; border: 1px solid var(--line); border-radius: .375rem }
.choice { margin-right: 1.25rem; display: inline-block } [aria-invalid] { border-color: var(--bad) !important }
.problem { color: var(--bad); margin: .25rem 0 0 } .said { border-left: .25rem solid var(--strong); padding: .5rem 1rem } .good { border-color: var(--good) } .bad { border-color: var(--bad) }
button { font: inherit; font-weight: 600; padding: .625rem 1.5rem; border: 0; border-radius: .375rem; background: var(--strong); color: #fff; cursor: pointer }
`;

/** Of the page: nothing but its own style, and its form to its own origin. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`;

export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': POLICY,
  'Cache-Control': 'no-store',
  // The link is a secret: no other site hears of it. With no-referrer a browser would send its form without saying where from, which is refused.
  'Referrer-Policy': 'same-origin',
  'X-Robots-Tag': 'noindex, nofollow',
};

const page = (title: string, body: Html): string => html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${new Html(STYLE)}</style></head>
<body><main>${body}</main></body></html>
`.text;

/** What there is to say, without a form. */
export const messagePage = (title: string, text: string, kind: 'good' | 'bad' | 'plain' = 'plain'): string => page(title, html`<h1>${title}</h1><p class="said ${kind === 'plain' ? '' : kind}" role="status">${text}</p>`);

export interface FormPage {
  readonly task: TaskView;
  /** Of the answer that this page sends, however often. */
  readonly answerId: string;
  /** What was sent and is to be corrected. */
  readonly typed?: Typed;
  readonly problems?: readonly { readonly field: string; readonly message: string }[];
}

export function formPage({ task, answerId, typed, problems = [] }: FormPage): string {
  const { title, description, data, form, workflow, askedMs = 0, deadlineMs = 0 } = task;
  if (form === undefined) throw new Error('Expected an open task to have its form');
  const byField = new Map(problems.map(({ field, message }) => [field.split('/')[1] ?? '', message]));
  const known = (name: string): boolean => Object.hasOwn(form.properties, name);
  return page(
    title,
    html`<h1>${title}</h1>
${description === undefined ? undefined : html`<p class="text">${description}</p>`}
${data === undefined ? undefined : shownData(data)}
${problems.length === 0 ? undefined : html`<p class="said bad" role="alert">This does not fit yet: ${[...byField].map(([name, message]) => (known(name) ? `${form.properties[name]!.title ?? name}: ${message}` : message)).join('; ')}.</p>`}
<form method="post" accept-charset="utf-8">
<input type="hidden" name="id" value="${answerId}">
${fieldsOf(form, { typed, problems: byField })}
<div class="field"><label for="by">Your name <span class="note">(optional)</span></label><input id="by" name="by" type="text" maxlength="200" autocomplete="name" value="${typed?.get('by')?.[0] ?? ''}"></div>
<p><button type="submit">Answer</button></p>
</form>
<p class="note">Asked by the workflow ${workflow}${deadlineMs - askedMs > LONGEST_MS ? undefined : html`, to be answered by ${timeOf(deadlineMs)}`}. The first answer counts.</p>`,
  );
}

/** Between question and deadline; a longer time was set by nobody. */
const LONGEST_MS = 31_536_000_000;

function shownData(data: Json): Html {
  const members = isJsonObject(data) ? Object.entries(data) : [];
  const isFlat = members.length > 0 && members.every(([, value]) => typeof value !== 'object');
  if (isFlat) return html`<table>${members.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${String(value)}</td></tr>`)}</table>`;
  return typeof data === 'string' ? html`<pre>${data}</pre>` : html`<pre>${JSON.stringify(data, null, 2)}</pre>`;
}

export const timeOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
