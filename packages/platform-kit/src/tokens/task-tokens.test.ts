import { describe, expect, it } from '@jest/globals';
import { Secret } from '../config/secret.ts';
import { hmacTaskTokens } from './task-tokens.ts';

const one = new Secret('one-one-one-one-one-one-one-one-one');
const two = new Secret('two-two-two-two-two-two-two-two-two');

describe('task tokens', () => {
  const tokens = hmacTaskTokens({ namespace: 'default', current: one });

  it('verify for the attempt they were made for, and for no other', () => {
    const token = tokens.mint('run/step/1');
    expect(tokens.mint('run/step/1')).toBe(token);
    expect(tokens.verify('run/step/1', token)).toBe(true);
    expect(tokens.verify('run/step/2', token)).toBe(false);
    expect(tokens.verify('other/step/1', token)).toBe(false);
  });

  it('are refused in another namespace and under another secret', () => {
    const token = tokens.mint('run/step/1');
    expect(hmacTaskTokens({ namespace: 'other', current: one }).verify('run/step/1', token)).toBe(false);
    expect(hmacTaskTokens({ namespace: 'default', current: two }).verify('run/step/1', token)).toBe(false);
  });

  it('made under the secret before are good while that is known, and no longer (F13)', () => {
    const token = tokens.mint('run/step/1');
    expect(hmacTaskTokens({ namespace: 'default', current: two, previous: one }).verify('run/step/1', token)).toBe(true);
    expect(hmacTaskTokens({ namespace: 'default', current: two, previous: one }).mint('run/step/1')).not.toBe(token);
  });

  it.each([undefined, '', 'x', '1..', `1.${'0'.repeat(8)}.${'A'.repeat(43)}`, `2${hmacTaskTokens({ namespace: 'default', current: one }).mint('run/step/1').slice(1)}`, `${hmacTaskTokens({ namespace: 'default', current: one }).mint('run/step/1')}A`])(
    'refuse %p',
    (token) => expect(tokens.verify('run/step/1', token)).toBe(false),
  );

  it('with one character changed are refused, each of them', () => {
    const token = tokens.mint('run/step/1');
    for (let i = 0; i < token.length - 1; i++) {
      const changed = `${token.slice(0, i)}${token[i] === 'a' ? 'b' : 'a'}${token.slice(i + 1)}`;
      expect(tokens.verify('run/step/1', changed)).toBe(false);
    }
  });

  it('show nothing of the secret', () => {
    expect(tokens.mint('run/step/1')).not.toContain('one');
  });
});
