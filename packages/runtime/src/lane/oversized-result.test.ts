import { describe, expect, it } from '@jest/globals';
import { ContractError, readInboxMessage, type Json } from '@baton/contracts';
import { resultWithoutOutput } from './oversized-result.ts';

const result = (body: object, more: object = {}) => ({ v: 1, id: 'r', runId: 'run-1', ts: 0, token: 't', type: 'result', ...more, body: { stepId: 'a.1', attempt: 1, outcome: 'succeeded', worker: 'w', ...body } });
const read = (message: object) => {
  const value = new TextEncoder().encode(JSON.stringify(message));
  try {
    readInboxMessage(value);
  } catch (error) {
    return resultWithoutOutput(value, error as ContractError);
  }
  throw new Error('Expected it to be too large');
};
const LARGE: Json = 'x'.repeat(300_000);

describe('a result that is larger than a message may be', () => {
  it.each([
    ['a string', { text: LARGE }],
    ['keys', Object.fromEntries(Array.from({ length: 100_001 }, (_, i) => [i.toString(36), 0]))],
    ['elements', Array.from({ length: 100_001 }, () => 0)],
  ])('by %s fails its attempt with payload_too_large', (_what, output) => {
    expect(read(result({ output }))).toEqual(result({ outcome: 'failed', error: { name: 'States.DataLimitExceeded', kind: 'technical', message: expect.stringMatching(/^payload_too_large: .*Expected /), details: { code: 'payload_too_large', bytes: expect.any(Number), limitBytes: 262_144 } } }));
  });

  it('by the details of its error stays that error', () => {
    expect(read(result({ outcome: 'failed', error: { name: 'Sold', message: 'out', kind: 'business', details: LARGE } }))).toMatchObject({ body: { outcome: 'failed', error: { name: 'Sold', message: 'out', kind: 'business', details: { code: 'payload_too_large' } } } });
  });

  it('and handed back is handed back', () => {
    expect(read(result({ outcome: 'released', output: LARGE }))).toEqual(result({ outcome: 'released' }));
  });

  it.each([
    ['is no result', result({ output: LARGE }, { type: 'start' })],
    ['is too large elsewhere as well', result({ output: LARGE, worker: LARGE })],
    ['does not say for which attempt', result({ output: LARGE, attempt: 0 })],
    ['has a key that is not allowed', JSON.parse(JSON.stringify(result({ output: LARGE })).replace('"token"', '"__proto__":{"a":1},"token"'))],
  ])('is left to the dead letters where it %s', (_what, message) => {
    expect(read(message)).toBeUndefined();
  });
});
