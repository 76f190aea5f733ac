import { derivedTraceId } from '@baton/contracts';
import { ROOT_CONTEXT, SpanKind, trace, TraceFlags } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from '@jest/globals';
import { samplerFromEnvironment } from './sampler.ts';

const traceIds = Array.from({ length: 200 }, (_, i) => derivedTraceId(`run-${i}`));

function kept(env: Record<string, string>, parent?: 'sampled' | 'unsampled', attributes = {}): number {
  const sampler = samplerFromEnvironment(env);
  return traceIds.filter((traceId) => {
    const context = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: 'b'.repeat(16), traceFlags: parent === 'sampled' ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote: true });
    return sampler.shouldSample(context, traceId, 'x', SpanKind.INTERNAL, attributes, []).decision === SamplingDecision.RECORD_AND_SAMPLED;
  }).length;
}

describe('the sampler', () => {
  it('keeps everything by default, but what a parent has let go', () => {
    expect([kept({}), kept({}, 'sampled'), kept({}, 'unsampled')]).toEqual([200, 200, 0]);
  });

  it('keeps nothing new where it is told so', () => {
    expect([kept({ OTEL_TRACES_SAMPLER: 'parentbased_always_off' }), kept({ OTEL_TRACES_SAMPLER: 'parentbased_always_off' }, 'sampled'), kept({ OTEL_TRACES_SAMPLER: 'always_off' }, 'sampled')]).toEqual([0, 200, 0]);
  });

  it('keeps a share of the traces, each whole', () => {
    const env = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' };
    expect(kept(env)).toBeGreaterThan(20);
    expect(kept(env)).toBeLessThan(90);
    expect(kept(env, 'sampled')).toBe(200);
  });

  it('drops the poll of a fetched batch, whatever it is told', () => {
    expect(kept({ OTEL_TRACES_SAMPLER: 'always_on' }, undefined, { 'messaging.operation.type': 'receive' })).toBe(0);
  });
});
