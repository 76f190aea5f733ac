import { describe, expect, it } from '@jest/globals';
import { TokenBucket } from './token-bucket.ts';

describe('a token bucket', () => {
  it('gives what it holds at once, then at its rate', () => {
    const bucket = new TokenBucket({ perSecond: 10, holds: 5 }, 0);
    expect(bucket.available(0)).toBe(5);
    bucket.take(5);
    expect(bucket.available(0)).toBe(0);
    expect(bucket.available(99)).toBe(0);
    expect(bucket.available(100)).toBe(1);
    expect(bucket.available(250)).toBe(2);
  });

  it('holds no more after a long quiet, and nothing is lost by asking often', () => {
    const bucket = new TokenBucket({ perSecond: 10, holds: 5 }, 0);
    bucket.take(5);
    for (let ms = 1; ms <= 300; ms++) bucket.available(ms);
    expect(bucket.available(300)).toBe(3);
    expect(bucket.available(1_000_000)).toBe(5);
  });

  it('stands still while the clock goes backwards', () => {
    const bucket = new TokenBucket({ perSecond: 10, holds: 5 }, 10_000);
    bucket.take(5);
    expect(bucket.available(9_000)).toBe(0);
    expect(bucket.available(9_100)).toBe(1);
  });
});
