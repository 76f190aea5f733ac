import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

/** Inside the repository, so that the program finds the packages it imports; out of sight of those who read sources. */
const place = join(dirname(fileURLToPath(import.meta.url)), '../../../../out');

/** A service of its own process, as it will be started: preload, then a program in TypeScript that uses express and kafkajs. */
const PROGRAM = `
import express from 'express';
import { Kafka } from 'kafkajs';
import { createServer } from 'node:http';
import { createLog, currentTrace, startTelemetry } from '@baton/platform-kit';

const log = createLog({ service: 'probe' });
const telemetry = await startTelemetry({ service: 'probe', log });
const app = express();
app.get('/runs/:id', (request, response) => { log.info({}, 'asked'); response.json({ trace: currentTrace() ?? null }); });
app.get('/livez', (request, response) => { response.json({ trace: currentTrace() ?? null }); });
const server = createServer(app).listen(0, '127.0.0.1', async () => {
  const url = 'http://127.0.0.1:' + server.address().port;
  const answers = [];
  for (const path of ['/runs/1', '/livez']) answers.push(await (await fetch(url + path, { headers: { traceparent: '00-' + 'a'.repeat(32) + '-' + 'b'.repeat(16) + '-01' } })).json());
  console.log(JSON.stringify({ answers, kafkajs: '__original' in Kafka.prototype.producer }));
  await telemetry.stop();
  process.exit(0);
});
`;

describe('the preload', () => {
  let directory: string;
  beforeAll(async () => {
    await mkdir(place, { recursive: true });
    directory = await mkdtemp(join(place, 'register-test-'));
    await writeFile(join(directory, 'main.mts'), PROGRAM);
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('lets HTTP, express and kafkajs be seen, leaves probes out, and puts the trace into the log', async () => {
    const spans: { name: string; traceId: string }[] = [];
    const collector = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = JSON.parse(Buffer.concat(chunks).toString()) as { resourceSpans?: { scopeSpans: { spans: { name: string; traceId: string }[] }[] }[] };
        spans.push(...(body.resourceSpans ?? []).flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
        response.end('{}');
      });
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', '@baton/platform-kit/register', join(directory, 'main.mts')], {
      cwd: directory,
      env: { PATH: process.env['PATH'], OTEL_EXPORTER_OTLP_ENDPOINT: endpoint },
      timeout: 60_000,
    });
    collector.close();
    const [line, result] = stdout.trim().split('\n').map((text) => JSON.parse(text) as Record<string, unknown>);
    const { answers, kafkajs } = result as { answers: { trace: { traceparent: string } | null }[]; kafkajs: boolean };
    expect(answers[0]!.trace?.traceparent).toMatch(/^00-a{32}-(?!b{16})[0-9a-f]{16}-01$/);
    expect(answers[1]!.trace).toBeNull();
    expect(line).toMatchObject({ msg: 'asked', trace_id: 'a'.repeat(32) });
    expect(kafkajs).toBe(true);
    expect(spans.filter(({ traceId }) => traceId === 'a'.repeat(32)).map(({ name }) => name)).toEqual(expect.arrayContaining(['GET /runs/:id']));
  });
});
