import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ERRORS } from '@baton/contracts';
import { definitionSchema } from '@baton/workflow';
import { openApiDocument } from './openapi/document.ts';
import { smallSystem, type SmallSystem } from './testing/small-system.ts';

describe('what the gateway says about itself', () => {
  let system: SmallSystem;
  beforeAll(async () => {
    system = await smallSystem({ engine: false });
  });
  afterAll(() => system.stop());

  it('serves the document that is in the reference', async () => {
    expect((await system.call('/openapi.json')).body).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
  });

  it('serves the JSON Schema of definitions to editors', async () => {
    expect((await system.call('/definition.schema.json')).body).toEqual(JSON.parse(JSON.stringify(definitionSchema())));
  });

  it('is described in the reference as it is; write it with npm run docs:contracts', () => {
    expect(JSON.parse(readFileSync(join(import.meta.dirname, '../../../docs/reference/generated/openapi.json'), 'utf8'))).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
  });

  it('describes every route that it has, and has every route that it describes', async () => {
    const described = Object.entries(openApiDocument().paths ?? {}).flatMap(([path, item]) => Object.keys(item ?? {}).map((method) => `${method.toUpperCase()} ${path}`));
    const { routes } = (await system.call('/')).body as { routes: string[] };
    expect(routes.filter((path) => !['/openapi.json', '/definition.schema.json'].includes(path)).sort()).toEqual([...new Set(described.map((route) => route.split(' ')[1]))].sort());
    for (const route of described) {
      const [method = '', path = ''] = route.split(' ');
      const answer = await system.call(path.replace(/\{\w+\}/g, 'x'), { method, ...(method !== 'GET' && { headers: { 'content-type': 'application/json' }, body: '{}' }) });
      expect([route, answer.status]).not.toEqual([route, 405]);
      expect([route, answer.body.code]).not.toEqual([route, 'not_found']);
      const responses = openApiDocument().paths?.[path]?.[method.toLowerCase() as 'get']?.responses ?? {};
      expect(Object.keys(responses)).toContain(String(answer.status));
    }
  });

  it('names codes that exist, under their own status', () => {
    const text = JSON.stringify(openApiDocument());
    for (const [code, { title }] of Object.entries(ERRORS)) if (text.includes(`\`${code}\`: `)) expect(text).toContain(`\`${code}\`: ${title}`);
  });

  it('is alive and ready, and not ready while it stops', async () => {
    expect(await system.call('/livez')).toMatchObject({ status: 200, body: { status: 'alive' } });
    expect(await system.call('/readyz')).toMatchObject({ status: 200, body: { checks: { definitions: { ok: true, detail: '1 workflow' } } } });
    system.gateway.drain();
    expect(await system.call('/readyz')).toMatchObject({ status: 503, body: { status: 'not-ready', checks: { gateway: { ok: false, detail: 'stopping' } } } });
    expect((await system.call('/livez')).status).toBe(200);
  });

  it('is not ready while something required is away, and says what', async () => {
    const other = await smallSystem({ engine: false, ports: (ports) => ({ ...ports, checks: { kafka: { required: true, check: () => Promise.reject(new Error('no broker answers')) }, redis: { required: false, check: () => Promise.resolve('8.2') } }, metrics: () => Promise.resolve({ contentType: 'text/plain', body: 'up 1\n' }) }) });
    try {
      expect(await other.call('/readyz')).toMatchObject({ status: 503, body: { checks: { kafka: { ok: false, detail: 'no broker answers' }, redis: { ok: true, detail: '8.2' } } } });
      expect((await other.call('/metrics')).body).toBe('up 1\n');
    } finally {
      await other.stop();
    }
  });
});
