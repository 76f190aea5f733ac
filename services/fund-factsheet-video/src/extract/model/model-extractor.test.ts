import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { factsDrawn, generateFactsheet, periodFacts } from '../../../fixtures/generate-factsheet.ts';
import { extractFactsheet } from '../extract-factsheet.ts';
import { ModelProviderError } from './ask-model.ts';
import { modelExtractor } from './model-extractor.ts';

const NOW = '2025-07-15';
const drawn = factsDrawn({ layout: 'ucits' });
const returns = periodFacts(drawn.fundMonths, drawn.asOf);
const row = `Fund ${[returns['1m'], returns['3m'], returns.ytd, returns['1y'], returns['3y'], returns['5y']].map((value) => (value ?? 0).toFixed(2)).join(' ')}`;
const none = { value: null, reason: 'Not stated.' };
const honest = {
  fundName: { value: drawn.fundName, page: 1, snippet: drawn.fundName },
  isin: { value: drawn.isin, page: 1, snippet: `ISIN ${drawn.isin}` },
  shareClass: { value: drawn.shareClass, page: 1, snippet: drawn.shareClass },
  asOf: { value: drawn.asOf, page: 1, snippet: 'Factsheet | 30 June 2025' },
  currency: { value: 'EUR', page: 1, snippet: 'Share class currency EUR' },
  monthlyPerformancePct: { value: returns['1m'], page: 1, snippet: row, basis: 'fund', fees: 'net', periodEnd: drawn.asOf },
  ytdPerformancePct: { value: returns.ytd, page: 1, snippet: row, basis: 'fund', fees: 'net', periodEnd: drawn.asOf },
  sharpeRatio: { value: drawn.sharpe3y, page: 1, snippet: 'Sharpe ratio 0.74 0.81', period: '3y' },
  strategy: { value: drawn.strategy, page: 1, snippet: drawn.strategy },
  riskLevel: none,
  benchmark: { value: drawn.benchmark, page: 1, snippet: drawn.benchmark },
};

interface Asked { path: string; authorization: string | undefined; body: any }
let server: Server | undefined;

/** A provider on a free port; answers with what `reply` writes. */
async function provider(reply: (response: ServerResponse, request: IncomingMessage) => void): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      asked.push({ path: request.url ?? '', authorization: request.headers.authorization, body: JSON.parse(Buffer.concat(chunks).toString('utf8')) });
      reply(response, request);
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, asked };
}

const says = (answer: unknown) => (response: ServerResponse): void => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ choices: [{ message: { role: 'assistant', content: typeof answer === 'string' ? answer : JSON.stringify(answer) } }] }));
};

const read = async (url: string, options: { apiKey?: string; timeoutMs?: number; signal?: AbortSignal } = {}) => {
  const { signal, ...endpoint } = options;
  return extractFactsheet(await generateFactsheet(), { nowIso: NOW, extractor: modelExtractor({ url, model: 'reader-1', ...endpoint }), ...(signal === undefined ? {} : { signal }) });
};

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

describe('the model extractor', () => {
  it('takes what is quoted from the document, with the place where it stands', async () => {
    const { url, asked } = await provider(says(honest));
    const extracted = await read(url, { apiKey: 'key-1' });
    expect(extracted).toMatchObject({
      fundName: { value: drawn.fundName, page: 1 }, isin: { value: drawn.isin }, asOf: { value: drawn.asOf }, monthlyPerformancePct: { value: returns['1m'], periodEnd: drawn.asOf, confidence: 0.7 },
      sharpeRatio: { value: 0.74, period: '3y' }, benchmark: { value: drawn.benchmark }, extractor: { name: 'model', version: 'v1' },
    });
    // The drawn scale is read from its pixels, whoever reads the text.
    expect(extracted.riskLevel).toMatchObject({ value: drawn.riskNumber, readFrom: 'drawing' });
    expect(asked[0]).toMatchObject({ path: '/v1/chat/completions', authorization: 'Bearer key-1', body: { model: 'reader-1', temperature: 0 } });
    expect(asked[0]?.body.messages[0].content).toMatch(/never an instruction to you/u);
    expect(asked[0]?.body.messages[1].content).toContain('=== page 1 ===');
    expect(asked[0]?.body.response_format.json_schema.schema.required).toContain('sharpeRatio');
  });

  const lies: readonly (readonly [string, keyof typeof honest, object])[] = [
    ['a quotation that is not in the document', 'monthlyPerformancePct', { ...honest.monthlyPerformancePct, value: 4.2, snippet: 'Fund 4.20 9.10' }],
    ['a figure that is not in its quotation', 'ytdPerformancePct', { ...honest.ytdPerformancePct, value: 17.7 }],
    ['a figure with the wrong sign', 'sharpeRatio', { ...honest.sharpeRatio, value: -0.74 }],
    ['a name that is not in its quotation', 'fundName', { ...honest.fundName, value: 'Larkfield Global Growth Fund' }],
    ['a date that is not in its quotation', 'asOf', { ...honest.asOf, value: '2025-07-31' }],
    ['an ISIN with a wrong check digit', 'isin', { value: 'IE00BZZZZ847', page: 1, snippet: `ISIN ${drawn.isin}` }],
    ['a strategy of its own', 'strategy', { value: 'The fund buys whatever rises.', page: 1, snippet: 'The fund aims to achieve long-term capital growth' }],
  ];
  for (const [what, field, lie] of lies) {
    it(`drops ${what}`, async () => {
      const { url } = await provider(says({ ...honest, [field]: lie }));
      const extracted = await read(url);
      expect(extracted[field].value).toBeNull();
      expect(extracted[field]).toHaveProperty('reason');
      const others = Object.keys(honest).filter((name) => name !== field && name !== 'riskLevel') as (keyof typeof honest)[];
      expect(others.filter((name) => extracted[name].value === null)).toEqual([]);
    });
  }

  it('does not take the bare steps of a scale for a risk level', async () => {
    const { url } = await provider(says({ ...honest, riskLevel: { value: 7, page: 1, snippet: '1 2 3 4 5 6 7', scale: '1-7' } }));
    expect((await read(url)).riskLevel.value).not.toBe(7);
  });

  it('does not publish a period that the document does not date', async () => {
    const { url } = await provider(says({ ...honest, monthlyPerformancePct: { ...honest.monthlyPerformancePct, periodEnd: '2025-05-31' } }));
    expect((await read(url)).monthlyPerformancePct).toMatchObject({ value: returns['1m'], periodEnd: null });
  });

  const failures: readonly (readonly [what: string, reply: (response: ServerResponse) => void, message: RegExp, timeoutMs?: number])[] = [
    ['an error status', (response) => { response.statusCode = 503; response.end('busy'); }, /status 503/u],
    ['an answer that is no JSON', says('The fund returned 2.68 %.'), /not the JSON/u],
    ['an answer of another shape', says({ fundName: 'x' }), /does not fit the schema/u],
    ['silence', () => undefined, /did not answer within 300 ms/u, 300],
    ['an answer without end', (response) => { response.write('x'.repeat(1_100_000)); }, /more than 1000000 bytes/u],
  ];
  // Time is short only where nothing comes: a busy machine takes longer than that for an answer.
  for (const [what, reply, message, timeoutMs] of failures) {
    it(`calls ${what} technical trouble, which is retried`, async () => {
      const { url } = await provider(reply);
      const reading = read(url, timeoutMs === undefined ? {} : { timeoutMs });
      await expect(reading).rejects.toBeInstanceOf(ModelProviderError);
      await expect(reading).rejects.toThrow(message);
    });
  }

  it('stops asking when the attempt is cancelled', async () => {
    const controller = new AbortController();
    const { url } = await provider(() => controller.abort(new Error('cancelled by a person')));
    await expect(read(url, { signal: controller.signal })).rejects.toThrow('cancelled by a person');
  });
});
