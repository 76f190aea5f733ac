import { describe, expect, it } from '@jest/globals';
import { ROOT_CONTEXT, trace, context, TraceFlags } from '@opentelemetry/api';
import { startTelemetry } from '../telemetry/start-telemetry.ts';
import { createLog, silentLog } from './log.ts';

function logged(write: (log: ReturnType<typeof createLog>) => void, level?: 'debug' | 'info' | 'silent'): { raw: string[]; lines: Record<string, unknown>[] } {
  const raw: string[] = [];
  write(createLog({ service: 'svc', ...(level !== undefined && { level }), destination: { write: (line) => void raw.push(line) } }));
  return { raw, lines: raw.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('the log', () => {
  it('writes one JSON line with level, time, service, fields and message', () => {
    const { lines } = logged((log) => log.child({ runId: 'r1' }).info({ attempt: 2 }, 'step finished'));
    expect(lines).toEqual([{ level: 'info', time: expect.stringMatching(/^\d{4}-.*Z$/), service: 'svc', runId: 'r1', attempt: 2, msg: 'step finished' }]);
  });

  it('keeps quiet below its level', () => {
    expect(logged((log) => log.debug({}, 'x')).lines).toEqual([]);
    expect(logged((log) => log.debug({}, 'x'), 'debug').lines).toHaveLength(1);
  });

  it.each(['password', 'clientSecret', 'taskToken', 'Authorization', 'set-cookie'])('hides what stands under %s, at any depth and in a child', (key) => {
    const { raw } = logged((log) => {
      log.info({ deep: [{ deeper: { [key]: 'canary' } }] }, 'm');
      log.child({ [key]: 'canary' }).info({}, 'm');
    });
    expect(raw.join('')).not.toContain('canary');
    expect(raw.join('')).toContain('[redacted]');
  });

  it('hides credentials in URLs and signed tokens wherever they stand', () => {
    const { raw } = logged((log) => log.info({ url: 'redis://user:canary@host:1', err: new Error('Bearer eyJhbGciOiJIUzI1NiJ9.canary.sig') }, 'kafka://canary@b failed'));
    expect(raw.join('')).not.toContain('canary');
  });

  it('keeps one event on one line and a terminal uncoloured, whatever the text', () => {
    const evil = 'a\r\n{"level":"fatal"}\u001b[31m\u2028\u0085\u202eb';
    const { raw, lines } = logged((log) => log.info({ [evil]: evil, err: new Error(evil) }, `${evil} %s %o`));
    expect(raw).toHaveLength(1);
    expect(raw[0]!.trimEnd()).not.toMatch(/[\r\n\u001b\u2028\u0085\u202e]/);
    expect(JSON.stringify(lines)).not.toMatch(/\\u001b|\\n|\\r/);
    expect(lines[0]!['msg']).toBe('a {"level":"fatal"} [31m b %s %o');
  });

  it('writes an error with name, code, stack and cause', () => {
    const error = Object.assign(new TypeError('bad', { cause: new Error('root') }), { code: 'E1' });
    const { lines } = logged((log) => log.error({ err: error }, 'm'));
    expect(lines[0]!['err']).toMatchObject({ name: 'TypeError', message: 'bad', code: 'E1', stack: expect.arrayContaining([expect.stringContaining('log.test')]), cause: { message: 'root' } });
  });

  it('survives circles, getters that throw, big values and bytes, and stays bounded', () => {
    const circle: Record<string, unknown> = { big: 'x'.repeat(10_000), n: 1n, bytes: new Uint8Array(9), many: Array.from({ length: 1_000 }, () => 'y') };
    circle['self'] = circle;
    Object.defineProperty(circle, 'trap', { enumerable: true, get: () => { throw new Error('no'); } });
    const { raw } = logged((log) => log.info({ circle, safe: { a: circle } }, 'm'));
    expect(raw).toHaveLength(1);
    expect(raw[0]!.length).toBeLessThan(8_000);
  });

  it('carries the trace that is active', async () => {
    const telemetry = await startTelemetry({ service: 'svc', log: silentLog, env: {} });
    const span = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: TraceFlags.SAMPLED };
    const { lines } = logged((log) => context.with(trace.setSpanContext(ROOT_CONTEXT, span), () => log.info({}, 'm')));
    await telemetry.stop();
    expect(lines[0]).toMatchObject({ trace_id: span.traceId, span_id: span.spanId });
  });
});
