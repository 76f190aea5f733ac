import { describe, expect, it } from '@jest/globals';
import { asOneStretch, asStretches, BATCH_OVERHEAD, type Stretch } from './outgoing.ts';
import { countForRequest } from './request.ts';

const stretch = (topic: string, partition: number, bytes: number, records = 1): Stretch => ({ topic, partition, bytes, messages: Array.from({ length: records }, () => ({ value: null })) });
const limits = { requestBytes: 1_000, partitionRecords: 10, partitionBytes: () => 500 };

describe('the next request', () => {
  it('takes everything that fits', () => {
    expect(countForRequest([stretch('a', 0, 100), stretch('a', 1, 100), stretch('b', 0, 100)], limits, false)).toBe(3);
  });
  it('ends before the bytes of one partition are too many for one batch', () => {
    expect(countForRequest([stretch('a', 0, 300), stretch('a', 1, 300), stretch('a', 0, 300)], limits, false)).toBe(2);
  });
  it('ends before the request is too large', () => {
    expect(countForRequest([stretch('a', 0, 400), stretch('a', 1, 400), stretch('a', 2, 400)], limits, false)).toBe(2);
  });
  it('ends before the records of one partition are too many', () => {
    expect(countForRequest([stretch('a', 0, 10, 6), stretch('a', 0, 10, 6)], limits, false)).toBe(1);
  });
  it('lets nothing overtake what does not fit', () => {
    expect(countForRequest([stretch('a', 0, 400), stretch('a', 0, 400), stretch('a', 1, 10)], limits, false)).toBe(1);
  });
  it('takes a single stretch however large', () => {
    expect(countForRequest([stretch('a', 0, 5_000)], limits, false)).toBe(1);
  });
  it('keeps to the topic of the first where topics are written apart', () => {
    expect(countForRequest([stretch('a', 0, 10), stretch('a', 1, 10), stretch('b', 0, 10), stretch('a', 2, 10)], limits, true)).toBe(2);
  });
});

describe('stretches', () => {
  it('gather the records of a partition in order', () => {
    const made = asStretches([['a', 0, '1'], ['a', 1, '2'], ['a', 0, '3']].map(([topic, partition, value]) => ({ topic: topic as string, partition: partition as number, key: null, value: value as string })), () => 1_000);
    expect(made.map(({ partition, messages }) => [partition, messages.map(({ value }) => String(value))])).toEqual([[0, ['1', '3']], [1, ['2']]]);
  });
  it('split where one would be over the limit', () => {
    const made = asStretches(Array.from({ length: 5 }, (_, i) => ({ topic: 'a', partition: 0, key: null, value: String(i).repeat(300) })), () => BATCH_OVERHEAD + 700);
    expect(made.map(({ messages }) => messages.length)).toEqual([2, 2, 1]);
  });
  it('refuse a single record over the limit, naming its topic and key', () => {
    expect(() => asStretches([{ topic: 'a', partition: 0, key: 'run-1', value: 'x'.repeat(900) }], () => 1_000)).toThrow(/at most 1000 bytes for a, .*key run-1/);
  });
  it('are never split where the records must stay together', () => {
    expect(() => asOneStretch('a', 0, [{ key: null, value: 'x'.repeat(500) }, { key: null, value: 'x'.repeat(500) }], 1_000)).toThrow(/at most 1000 bytes/);
  });
  it('count bytes, not characters, and headers as well', () => {
    const { bytes } = asOneStretch('a', 0, [{ key: 'ü', value: '€', headers: { n: 'ä' } }], 1_000);
    expect(bytes).toBeGreaterThanOrEqual(BATCH_OVERHEAD + 2 + 3 + 1 + 2);
  });
  it('carry plain bytes as they are', () => {
    const { messages } = asOneStretch('a', 0, [{ key: null, value: new Uint8Array([0, 255]) }], 1_000);
    expect(Buffer.isBuffer(messages[0]!.value) && [...(messages[0]!.value as Buffer)]).toEqual([0, 255]);
  });
});
