import { describe, expect, it } from '@jest/globals';
import { asStretches, type OutgoingRecord } from './outgoing.ts';

const record = (length: number): OutgoingRecord => ({ topic: 't', partition: 0, key: 'k', value: 'x'.repeat(length), headers: {} });

describe('a record that is too large for its topic', () => {
  it('is refused with a size above the limit, also where it is its batch that is over', () => {
    const most = 10_000;
    let length = most - 500;
    while (fits(length)) length++;
    expect(fits(length - 1)).toBe(true);
    expect(() => asStretches([record(length)], () => most)).toThrow(`Expected at most ${most} bytes for t, but found ${most + 1} `);
    function fits(size: number): boolean {
      try {
        return asStretches([record(size)], () => most).length === 1;
      } catch {
        return false;
      }
    }
  });
});
