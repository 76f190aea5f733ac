import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hmacTaskTokens, Secret } from '@baton/platform-kit';
import { SYSTEM_CLOCK } from './ports.ts';
import { asksRecords, ended, smallSystem, until, type SmallSystem } from './testing/small-system.ts';

const EVIL = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>&amp;`;
const CHOICES = ['plain', `"><b>bold`];
const FORM = {
  type: 'object',
  properties: {
    approved: { type: 'boolean', title: 'Approved?' },
    amount: { type: 'integer', minimum: 1, maximum: 500, default: 20 },
    share: { type: 'number', minimum: 0, maximum: 1 },
    why: { type: 'string', enum: CHOICES, title: EVIL, description: EVIL },
    note: { type: 'string', maxLength: 1_000, default: EVIL },
    day: { type: 'string', format: 'date' },
    tags: { type: 'array', items: { type: 'string', enum: ['a', 'b', 'c'] }, minItems: 1 },
    more: { type: 'array', items: { type: 'string', enum: ['a', 'b', 'c'] }, minItems: 1 },
  },
  required: ['approved', 'tags'],
};

describe('the page behind the link of a task', () => {
  let system: SmallSystem;
  let skewMs = 0;
  beforeAll(async () => {
    system = await smallSystem({ unknownWorkflowWaitMs: 2_000, ports: (ports) => ({ ...ports, clock: { ...SYSTEM_CLOCK, nowMs: () => Date.now() + skewMs } }) });
    await system.memory.definitions.publish(asksRecords({ Form: FORM, Description: EVIL, Data: { 'evil.$': '$.evil', order: 7 } }));
  });
  afterAll(() => system.stop());

  const asked = async (order: unknown = 1): Promise<{ runId: string; taskId: string; link: string }> => {
    const { runId } = (await system.start('asks', { order, evil: EVIL } as never)).body;
    const taskId = await until(async () => (await system.call(`/v1/runs/${runId}`)).body.steps?.[0]?.task?.taskId as string | undefined, 'the question');
    const { link } = (await system.call(`/v1/tasks/${taskId}`)).body;
    expect(link).toMatch(new RegExp(`^/tasks/${taskId}\\?sig=\\d+\\.1\\.`));
    return { runId, taskId, link };
  };
  const send = (link: string, fields: readonly (readonly [string, string])[], headers: Record<string, string> = {}) =>
    system.call(link, { method: 'POST', redirect: 'manual', headers: { 'content-type': 'application/x-www-form-urlencoded', origin: system.url, ...headers }, body: new URLSearchParams([['id', 'click-1'], ...fields].map(([name, value]): [string, string] => [name!, value!])).toString() });
  const fits = [['field-approved', 'true'], ['field-tags', 'a'], ['field-tags', 'c']] as const;

  it('shows the question with its form, what a workflow says as text alone, and lets nothing be loaded, framed or sent elsewhere', async () => {
    const { link } = await asked();
    const page = await system.call(link);
    expect(page.status).toBe(200);
    for (const part of ['Pay order 1?', 'name="field-approved" value="true" required', 'type="number" step="1" value="20" min="1" max="500"', 'step="any"', 'type="date"', '<textarea id="field-note"', 'type="checkbox" name="field-tags" value="b"', '&quot;&gt;&lt;b&gt;bold', '&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&gt;&lt;img src=x onerror=alert(1)&gt;&amp;amp;']) expect(page.body).toContain(part);
    expect(page.body).not.toMatch(/<script|<img|<b>|onerror="|javascript:/i);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]+'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('referrer-policy')).toBe('same-origin');
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await system.call(link, { method: 'HEAD' })).status).toBe(200);
  });

  it('takes the answer as what its fields are, goes back to the page, and says there who has answered', async () => {
    const { runId, link, taskId } = await asked();
    const answered = await send(link, [...fits, ['field-amount', '30'], ['field-share', '0.5'], ['field-why', CHOICES[1]!], ['field-note', 'two\r\nlines'], ['field-day', ''], ['by', ' Ada <b> ']]);
    expect(answered.status).toBe(303);
    expect(answered.headers.get('location')).toBe(link.slice(link.indexOf('?')));
    const { body } = await ended(system, runId);
    expect(body.output.told).toMatchObject({ Answer: { approved: true, amount: 30, share: 0.5, why: CHOICES[1], note: 'two\nlines', tags: ['a', 'c'] }, By: 'Ada <b>', Via: 'link', Task: taskId });
    for (const empty of ['day', 'more']) expect(body.output.told.Answer).not.toHaveProperty(empty);
    const page = await system.call(link);
    expect(page).toMatchObject({ status: 200, body: expect.stringContaining('Ada &lt;b&gt; answered this on 20') });
    // The same form again is the same answer; another comes too late.
    expect((await send(link, fits)).status).toBe(303);
    const other = await system.call(link, { method: 'POST', redirect: 'manual', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'id=another&field-approved=false&field-tags=a' });
    expect(other).toMatchObject({ status: 409, body: expect.stringMatching(/&quot;Ada &lt;b&gt;&quot; answered at 20/) });
    expect((await system.call(`/v1/tasks/${taskId}`)).body).not.toHaveProperty('link');
  });

  it('shows what does not fit beside its field, and keeps what was typed', async () => {
    const { link } = await asked();
    const page = await send(link, [['field-approved', 'maybe'], ['field-amount', '501'], ['field-share', 'half'], ['field-note', EVIL], ['by', EVIL]]);
    expect(page.status).toBe(422);
    for (const part of ['role="alert"', 'Approved?: Expected true or false', 'id="problem-amount">Expected at most 500', 'id="problem-share">Expected a number', 'id="problem-tags">Expected at least 1', 'value="501"', 'value="half"', 'name="id" value="click-1"']) expect(page.body).toContain(part);
    expect(page.body).not.toMatch(/<script|<img/i);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await send(link, fits)).status).toBe(303);
  });

  it('opens by its own link alone: changed, foreign and forged ones are refused, and so is a form of another site', async () => {
    const { link, taskId } = await asked();
    const { link: foreign, taskId: another } = await asked();
    const sig = link.slice(link.indexOf('=') + 1);
    const [until] = sig.split('.');
    const other = hmacTaskTokens({ namespace: 'test', current: new Secret('another secret, of somebody who is not us') });
    const elsewhere = hmacTaskTokens({ namespace: 'other', current: new Secret('a secret of the tests, and of nobody else') });
    const bad = [
      `/tasks/${taskId}?sig=${foreign.slice(foreign.indexOf('=') + 1)}`,
      `/tasks/${another}?sig=${sig}`,
      `/tasks/${taskId}?sig=${Number(until) + 1}${sig.slice(until!.length)}`,
      `/tasks/${taskId.replace('~1', '~2')}?sig=${sig}`,
      `/tasks/${taskId}?sig=${until}.${other.mint(`${taskId}/link/${until}`)}`,
      `/tasks/${taskId}?sig=${until}.${elsewhere.mint(`${taskId}/link/${until}`)}`,
      `/tasks/${taskId}?sig=x`,
      ...Array.from({ length: sig.length - 1 }, (_, i) => `/tasks/${taskId}?sig=${sig.slice(0, i)}${sig[i] === '7' ? '8' : '7'}${sig.slice(i + 1)}`),
    ];
    for (const path of bad) {
      expect([path, (await system.call(path)).status]).toEqual([path, 403]);
      expect([path, (await send(path, fits)).status]).toEqual([path, 403]);
    }
    for (const path of [`/tasks/${taskId}`, `${link}&sig=x`, `${link}&x=1`]) expect((await system.call(path)).status).toBe(422);
    for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }]) expect((await send(link, fits, headers as never)).status).toBe(403);
    expect((await send(link, fits, { 'content-type': 'application/json' })).status).toBe(415);
    expect((await system.call(link)).body).toContain('<form');
  });

  it('expires with its deadline, whatever it says itself', async () => {
    const { link } = await asked();
    skewMs = 3_601_000;
    try {
      expect(await system.call(link)).toMatchObject({ status: 410, body: expect.stringContaining('This link has expired') });
      expect(await send(link, fits)).toMatchObject({ status: 410 });
    } finally {
      skewMs = 0;
    }
  });

  it('says that the answer is not wanted any more where the run was cancelled', async () => {
    const { runId, link } = await asked();
    await system.call(`/v1/runs/${runId}/cancel`, { method: 'POST' });
    await until(async () => (await system.call(`/v1/runs/${runId}`)).body.status === 'cancelled', 'the end');
    expect(await system.call(link)).toMatchObject({ status: 410, body: expect.stringContaining('not wanted any more') });
    expect(await send(link, fits)).toMatchObject({ status: 410 });
  });

  it('leaves no link in what is logged, in the history or in what is published', async () => {
    const { runId, link } = await asked();
    await send(link, fits);
    await ended(system, runId);
    const token = link.slice(link.indexOf('.') + 1);
    expect(JSON.stringify(system.logged)).not.toContain(token);
    for (const topic of [system.memory.names.history, system.memory.names.lifecycle, system.memory.names.inbox]) {
      const text = (await system.memory.records(topic)).map(({ value }) => Buffer.from(value ?? '').toString()).join('\n');
      expect(text).toContain(runId);
      expect(text).not.toContain(token);
    }
  });
});

it('is not there without a secret', async () => {
  const system = await smallSystem({ engine: false, ports: ({ links: _links, ...ports }) => ports });
  try {
    expect((await system.call('/tasks/run-1~Ask.1~1?sig=1.1.00000000.AAAA')).status).toBe(403);
  } finally {
    await system.stop();
  }
});
