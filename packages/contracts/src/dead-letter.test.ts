import { describe, expect, it } from '@jest/globals';
import { deadLetterOf, FAILURES_HEADER, readDeadLetter } from './dead-letter.ts';
import { LIMITS } from './limits.ts';
import { utf8Length } from './text.ts';

const about = { topic: 'baton.t.inbox.v1', reason: 'invalid_json', detail: 'no', foundBy: 'orchestrator', foundMs: 1 } as const;
const record = { partition: 0, offset: 7, key: 'k', value: new Uint8Array([1]), headers: { a: 'b' } };

describe('the dead letter of a record', () => {
  it('keeps key and headers as they are', () => {
    expect(deadLetterOf(record, about)).toMatchObject({ key: 'k', headers: { a: 'b' }, detail: 'no', failures: 1 });
  });

  // Control characters take six bytes each in JSON.
  it.each([
    ['key', { ...record, key: '\u0001'.repeat(900_000) }, /its key of 900000 characters is cut/],
    ['header', { ...record, headers: { big: '\u0001'.repeat(900_000), [FAILURES_HEADER]: '2' } }, /1 of its headers are left out/],
    ['number of headers', { ...record, headers: Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`\u0001${i}`, '\u0001'.repeat(10)])) }, /headers are left out/],
    ['value', { ...record, value: new Uint8Array(LIMITS.recordBytes) }, /^$/],
  ])('fits a record of its topic, however large the %s is, and says what it lacks', (_what, large, said) => {
    const letter = deadLetterOf(large, { ...about, detail: said.source === '^$' ? '' : 'x'.repeat(10_000) });
    expect(utf8Length(JSON.stringify(letter)) + utf8Length(letter.key ?? '')).toBeLessThan(2_000_000);
    expect(letter.detail).toMatch(said);
    expect(readDeadLetter(JSON.stringify(letter))).toEqual(letter);
  });

  it('counts failures although headers are left out', () => {
    expect(deadLetterOf({ ...record, headers: { big: 'x'.repeat(20_000), [FAILURES_HEADER]: '2' } }, about)).toMatchObject({ failures: 3, headers: { [FAILURES_HEADER]: '2' } });
  });
});
