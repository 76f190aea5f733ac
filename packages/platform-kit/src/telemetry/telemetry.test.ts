import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { attemptSpanId, derivedTraceId, runSpanId } from '@baton/contracts';
import { trace } from '@opentelemetry/api';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createLog, silentLog } from '../log/log.ts';
import { counter, gauge, histogram, observedGauge } from './meters.ts';
import { currentTrace, untraced, withTrace, writeSpan } from './spans.ts';
import { startTelemetry, type Telemetry } from './start-telemetry.ts';

interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  status: { code?: number; message?: string };
  attributes: { key: string; value: Record<string, unknown> }[];
  links: { traceId: string; spanId: string }[];
}

/** A collector: takes OTLP over HTTP in JSON and keeps what came. */
class Collector {
  readonly spans: OtlpSpan[] = [];
  readonly resources: Record<string, unknown>[] = [];
  readonly metricNames: string[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = JSON.parse(Buffer.concat(chunks).toString()) as { resourceSpans?: { resource: { attributes: { key: string; value: Record<string, unknown> }[] }; scopeSpans: { spans: OtlpSpan[] }[] }[]; resourceMetrics?: { scopeMetrics: { metrics: { name: string }[] }[] }[] };
        for (const { resource, scopeSpans } of body.resourceSpans ?? []) {
          this.resources.push(Object.fromEntries(resource.attributes.map(({ key, value }) => [key, Object.values(value)[0]])));
          this.spans.push(...scopeSpans.flatMap(({ spans }) => spans));
        }
        this.metricNames.push(...(body.resourceMetrics ?? []).flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics.map(({ name }) => name))));
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(env: Record<string, string>, log = silentLog): Promise<Telemetry> {
  const telemetry = await startTelemetry({ service: 'svc', namespace: 'ns', log, env });
  cleanups.push(() => telemetry.stop());
  return telemetry;
}
async function collecting(): Promise<{ collector: Collector; telemetry: Telemetry }> {
  const collector = new Collector();
  const url = await collector.start();
  cleanups.push(() => collector.stop());
  return { collector, telemetry: await start({ OTEL_EXPORTER_OTLP_ENDPOINT: url }) };
}

async function until(condition: () => boolean): Promise<void> {
  const deadlineMs = Date.now() + 60_000;
  while (!condition()) {
    if (Date.now() > deadlineMs) throw new Error('The condition did not come true within a minute');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('spans', () => {
  it('written after the fact arrive with the ids, times, parent, links and status they were given', async () => {
    const { collector, telemetry } = await collecting();
    const traceId = derivedTraceId('run-1');
    const run = { traceId, spanId: runSpanId('run-1'), name: 'run', startMs: 1_700_000_000_000, endMs: 1_700_000_005_500 };
    const link = { traceparent: `00-${'c'.repeat(32)}-${'d'.repeat(16)}-01` };
    writeSpan({ ...run, attributes: { 'baton.run_id': 'run-1', absent: undefined }, status: { code: 'ok' }, kind: 'server', links: [link] });
    writeSpan({ ...run, spanId: attemptSpanId('run-1/s/1'), parentSpanId: run.spanId, name: 'attempt', endMs: run.startMs, status: { code: 'error', message: 'no\nway' } });
    await telemetry.stop();
    const [root, attempt] = collector.spans;
    expect(root).toMatchObject({ traceId, spanId: runSpanId('run-1'), name: 'run', kind: 2, startTimeUnixNano: '1700000000000000000', endTimeUnixNano: '1700000005500000000', status: { code: 1 }, links: [{ traceId: 'c'.repeat(32), spanId: 'd'.repeat(16) }] });
    expect(root!.parentSpanId).toBeUndefined();
    expect(root!.attributes).toEqual([{ key: 'baton.run_id', value: { stringValue: 'run-1' } }]);
    expect(attempt).toMatchObject({ traceId, spanId: attemptSpanId('run-1/s/1'), parentSpanId: root!.spanId, status: { code: 2, message: 'no way' } });
    expect(collector.resources[0]).toMatchObject({ 'service.name': 'svc', 'baton.namespace': 'ns' });
  });

  it('written for a trace that is not kept, or before telemetry starts, or after it stopped, go nowhere', async () => {
    const span = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), name: 'x', startMs: 1, endMs: 2 };
    writeSpan(span);
    const { collector, telemetry } = await collecting();
    writeSpan({ ...span, sampled: false });
    await telemetry.stop();
    writeSpan(span);
    expect(collector.spans).toEqual([]);
  });

  it('around the work on a record continue its trace, whatever is active around the call', async () => {
    const { collector, telemetry } = await collecting();
    const from = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, tracestate: 'v=1' };
    const inside = await withTrace(undefined, 'batch', {}, () => withTrace(from, 'step', { step: 'x' }, async (span) => {
      span.set({ outcome: 'succeeded' });
      await Promise.resolve();
      return currentTrace();
    }));
    expect(currentTrace()).toBeUndefined();
    await telemetry.stop();
    const step = collector.spans.find(({ name }) => name === 'step')!;
    expect(step).toMatchObject({ traceId: 'a'.repeat(32), parentSpanId: 'b'.repeat(16), kind: 5 });
    expect(inside).toEqual({ traceparent: `00-${'a'.repeat(32)}-${step.spanId}-01`, tracestate: 'v=1' });
    expect(collector.spans.find(({ name }) => name === 'batch')!.traceId).not.toBe('a'.repeat(32));
  });

  it('whose work throws are marked as failed, and the error goes on', async () => {
    const { collector, telemetry } = await collecting();
    await expect(withTrace(undefined, 'step', {}, () => { throw new Error('broken'); })).rejects.toThrow('broken');
    await telemetry.stop();
    expect(collector.spans[0]!.status).toEqual({ code: 2, message: 'broken' });
  });

  it('of libraries are left out in untraced work, and the poll of a batch always', async () => {
    const { collector, telemetry } = await collecting();
    const library = trace.getTracer('library');
    untraced(() => library.startSpan('send').end());
    library.startSpan('poll cmd', { attributes: { 'messaging.operation.type': 'receive' } }).end();
    await untraced(() => withTrace(undefined, 'own', {}, () => {}));
    await telemetry.stop();
    expect(collector.spans.map(({ name }) => name)).toEqual(['own']);
  });

  it('are not made while telemetry has nowhere to send them, but a context is passed on', async () => {
    await start({});
    const from = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };
    expect(await withTrace(from, 'step', {}, () => currentTrace())).toEqual(from);
    expect(await withTrace(undefined, 'step', {}, () => currentTrace())).toBeUndefined();
  });
});

describe('a collector that does not work', () => {
  const lines: Record<string, unknown>[] = [];
  const log = createLog({ service: 'svc', destination: { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) } });

  it('at a closed port is complained about once, and neither slows the work nor the stop', async () => {
    const closed = createTcpServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const telemetry = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, OTEL_EXPORTER_OTLP_TIMEOUT: '50' }, log);
    lines.length = 0;
    for (let i = 0; i < 2_000; i++) await withTrace(undefined, 'step', {}, () => i);
    await until(() => lines.length > 0);
    for (let i = 0; i < 2_000; i++) await withTrace(undefined, 'step', {}, () => i);
    await telemetry.stop(1_000);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ level: 'warn', msg: 'telemetry cannot be delivered; runs go on' });
  });

  it('that takes everything and never answers holds up neither the work nor the stop', async () => {
    const sockets: Socket[] = [];
    const hole = createTcpServer((socket) => void sockets.push(socket.on('error', () => {})));
    await new Promise<void>((resolve) => hole.listen(0, '127.0.0.1', resolve));
    const telemetry = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(hole.address() as AddressInfo).port}`, OTEL_EXPORTER_OTLP_TIMEOUT: '60000' });
    cleanups.push(async () => {
      sockets.forEach((socket) => socket.destroy());
      hole.close();
      await telemetry.stop(10_000);
    });
    // More than the queue holds: the rest is dropped, nobody waits.
    for (let i = 0; i < 6_000; i++) writeSpan({ traceId: derivedTraceId(`r${i}`), spanId: runSpanId(`r${i}`), name: 'run', startMs: 1, endMs: 2 });
    await until(() => sockets.length > 0);
    // An export is on its way that nobody will answer for a minute.
    const settled = Promise.race([telemetry.stop(100).then(() => 'stopped'), new Promise((resolve) => setTimeout(resolve, 50_000, 'held up').unref())]);
    expect(await settled).toBe('stopped');
  });
});

describe('metrics', () => {
  it('declared before telemetry starts are counted once it runs, and come out as Prometheus text', async () => {
    const attempts = counter('baton.step.attempts', { description: 'Attempts', labels: ['outcome'] });
    const seconds = histogram('baton.step.service_time_seconds', { description: 'Seconds', unit: 's', buckets: [1, 2] });
    const rate = gauge('FundFactsheetSuccessRate', { description: 'Rate' });
    cleanups.push(observedGauge('baton.step.open', { description: 'Open', labels: ['step'] }, () => [[{ step: 'a' }, 3]]));
    attempts.add({ outcome: 'lost before the start' });
    const telemetry = await start({});
    attempts.add({ outcome: 'succeeded' });
    attempts.add({ outcome: 'succeeded' }, 2);
    seconds.record({}, 1.5);
    rate.set({}, 0.75);
    const text = await telemetry.metricsText();
    expect(text).toContain('baton_step_attempts_total{outcome="succeeded"} 3');
    expect(text).toContain('baton_step_service_time_seconds_bucket{le="2"} 1');
    expect(text).toMatch(/^FundFactsheetSuccessRate 0\.75$/m);
    expect(text).toMatch(/^baton_step_open\{step="a"\} 3$/m);
    expect(text).not.toContain('lost');
  });

  it('keep their number of series bounded', async () => {
    const wild = counter('baton.test.wild', { description: 'Wild', labels: ['id'], maxLabelValues: 3 });
    const telemetry = await start({});
    for (let i = 0; i < 1_000; i++) wild.add({ id: `id-${i}` });
    const series = (await telemetry.metricsText()).split('\n').filter((line) => line.startsWith('baton_test_wild'));
    expect(series).toHaveLength(4);
    expect(series.join()).toContain('{id="other"} 997');
  });

  it('go on after telemetry was stopped and started again', async () => {
    const again = counter('baton.test.again', { description: 'Again' });
    const first = await start({});
    again.add({});
    await first.stop();
    const second = await start({});
    again.add({});
    expect(await second.metricsText()).toMatch(/baton_test_again_total 1/);
  });

  it('refuse a name against the convention', () => {
    expect(() => counter('some-thing', { description: 'x' })).toThrow(/baton\.<subject>/);
    expect(() => histogram('baton.step.time', { description: 'x', unit: 's' })).toThrow(/end with _seconds/);
  });

  it('and spans are off where OpenTelemetry is disabled', async () => {
    expect(await (await start({ OTEL_SDK_DISABLED: 'true' })).metricsText()).toBe('');
  });
});
