import { describe, expect, it } from '@jest/globals';
import { attemptKey, attemptSpanId, derivedTraceId, hash128, hashFraction, idempotencyKeyOfEvent, idempotencyKeyOfStep, Name, readTraceContext, RunId, runIdForKey, runSpanId, sha256Hex, Sha256, spanIdsOf, StepId, topicNames, topicPlan } from './index.ts';

describe('ids', () => {
  it.each(['run-1', 'A', '0', 'a.b_c-d', 'x'.repeat(128)])('takes %s', (text) => {
    for (const schema of [RunId, StepId, Name]) expect(schema.safeParse(text).success).toBe(true);
  });

  it.each(['', '-a', '.a', '_a', '..', 'a/b', 'a\\b', 'a b', 'a\n', 'a:b', '{b}', 'ä', 'x'.repeat(129), 'a*', '%2e'])('refuses %j: ids are in keys, paths and file names', (text) => {
    for (const schema of [RunId, StepId, Name]) expect(schema.safeParse(text).success).toBe(false);
  });

  it('are the same run for the same workflow and key only', () => {
    expect(runIdForKey('w', 'k')).toBe(runIdForKey('w', 'k'));
    const others = [runIdForKey('w', 'k2'), runIdForKey('w2', 'k'), runIdForKey('w\nk', ''), runIdForKey('', 'w\nk')];
    expect(others).not.toContain(runIdForKey('w', 'k'));
    expect(RunId.safeParse(runIdForKey('w', '\u0000/../🌎')).success).toBe(true);
  });

  it('tell events by source and id together', () => {
    expect(new Set([idempotencyKeyOfEvent('a', 'bc'), idempotencyKeyOfEvent('ab', 'c')]).size).toBe(2);
  });

  it('tell attempts apart and steps not', () => {
    expect([attemptKey('r', 's', 2), idempotencyKeyOfStep('r', 's')]).toEqual(['r/s/2', 'r/s']);
  });

  it('never change: runs that were started keep their id', () => {
    expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(runIdForKey('echo', 'order-17')).toBe(`run-${hash128('start\necho\norder-17')}`);
    expect(hash128('')).toBe('e3b0c44298fc1c149afbf4c8996fb924');
  });

  it('seed jitter between 0 and 1', () => {
    const fractions = Array.from({ length: 1_000 }, (_, i) => hashFraction(`${i}`));
    expect(fractions.every((fraction) => fraction >= 0 && fraction < 1)).toBe(true);
    const mean = fractions.reduce((sum, fraction) => sum + fraction, 0) / fractions.length;
    expect(mean).toBeGreaterThan(0.45);
    expect(mean).toBeLessThan(0.55);
  });

  it('take hashes in lower case only, so that one file has one name', () => {
    expect(Sha256.safeParse('A'.repeat(64)).success).toBe(false);
    expect(Sha256.safeParse('a'.repeat(64)).success).toBe(true);
  });
});

describe('topics', () => {
  it('have the prefix of their namespace', () => {
    const names = topicNames('shop-1');
    expect(names.inbox).toBe('baton.shop-1.inbox.v1');
    expect(names.command('pay')).toBe('baton.shop-1.cmd.pay.v1');
    expect(() => topicNames('Shop')).toThrow('lower-case');
    expect(() => topicNames('a.b')).toThrow();
    expect(() => names.command('../x')).toThrow();
  });

  it('are planned so that what is acknowledged is kept', () => {
    const plan = topicPlan({ namespace: 'default', partitions: 12, replicationFactor: 3, services: ['a'] });
    expect(plan).toHaveLength(8);
    for (const { name, config, replicationFactor } of plan) {
      expect([name, replicationFactor, config['min.insync.replicas'], config['unclean.leader.election.enable']]).toEqual([name, 3, '2', 'false']);
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(249);
    }
    const fixed = plan.filter(({ partitionsFixed }) => partitionsFixed);
    expect(fixed.map(({ name, partitions, config }) => [name, partitions, config['cleanup.policy'], config['message.timestamp.type']])).toEqual([
      ['baton.default.inbox.v1', 12, 'delete', 'LogAppendTime'],
      ['baton.default.history.v1', 12, 'delete', 'CreateTime'],
    ]);
    expect(topicPlan({ namespace: 'd', partitions: 1, replicationFactor: 1, services: [] })[0]?.config['min.insync.replicas']).toBe('1');
  });
});

describe('trace context', () => {
  const good = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  it('is read where it is well-formed and left out where not', () => {
    expect(readTraceContext({ traceparent: good, tracestate: 'a=b' })).toEqual({ traceparent: good, tracestate: 'a=b' });
    for (const bad of [undefined, '', good.toUpperCase(), `01${good.slice(2)}`, good.replace(/b7ad6b7169203331/, '0'.repeat(16)), good.replace(/0af7651916cd43dd8448eb211c80319c/, '0'.repeat(32)), `${good}\n`, `${good}-x`]) {
      expect(readTraceContext({ traceparent: bad })).toBeUndefined();
    }
    expect(spanIdsOf({ traceparent: good })).toEqual({ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', flags: '01' });
  });

  it('keeps a good parent beside a state that is too long', () => {
    expect(readTraceContext({ traceparent: good, tracestate: 'x'.repeat(600) })?.traceparent).toBe(good);
  });

  it('has derived ids of the right length, never all zeros', () => {
    expect([runSpanId('r').length, attemptSpanId('r/s/1').length, derivedTraceId('r').length]).toEqual([16, 16, 32]);
    expect(runSpanId('r')).not.toBe(attemptSpanId('r/s/1'));
  });
});
