import type { ResultMessage } from '@baton/contracts';
import { describe, expect, it } from '@jest/globals';
import { RecentAnswers } from './recent-answers.ts';

const answer = (text: string): ResultMessage => ({ body: { output: text } }) as unknown as ResultMessage;

describe('recent answers', () => {
  it('forget the one that was not asked for longest, when there are too many', () => {
    const recent = new RecentAnswers({ entries: 2, bytes: 1_000_000 });
    recent.remember('a', answer('a'));
    recent.remember('b', 'nothing');
    expect(recent.get('a')).toEqual(answer('a'));
    recent.remember('c', answer('c'));
    expect([recent.get('a'), recent.get('b'), recent.get('c')]).toEqual([answer('a'), undefined, answer('c')]);
  });

  it('are bounded in bytes', () => {
    const recent = new RecentAnswers({ entries: 1_000, bytes: 10_000 });
    for (let i = 0; i < 100; i++) recent.remember(`k${i}`, answer('x'.repeat(1_000)));
    const kept = Array.from({ length: 100 }, (_, i) => recent.get(`k${i}`)).filter((found) => found !== undefined);
    expect(kept.length).toBe(4);
    recent.remember('k99', 'nothing');
    expect(recent.get('k99')).toBe('nothing');
  });
});
