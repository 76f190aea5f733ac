import { describe, expect, it } from '@jest/globals';
import { sentenceCues } from './sentence-cues.ts';

const long = 'The fund invests in companies of every size around the world, chosen one by one for the strength of their business, the quality of their management and the price at which their shares trade today.';

describe('captions of a sentence', () => {
  it('are one where two lines hold it, from its first sound to its last', () => {
    expect(sentenceCues({ text: 'It has gained 11.3 %.', startSeconds: 3.25, endSeconds: 5.5, pauses: [] })).toEqual([{ startSeconds: 3.25, endSeconds: 5.5, lines: ['It has gained 11.3\u00a0%.'] }]);
  });

  it('follow one another without gap or overlap and show two lines at most', () => {
    const cues = sentenceCues({ text: long, startSeconds: 10, endSeconds: 22, pauses: [] });
    expect(cues.length).toBe(3);
    expect(cues[0]?.startSeconds).toBe(10);
    expect(cues.at(-1)?.endSeconds).toBe(22);
    for (const [index, cue] of cues.entries()) {
      expect(cue.endSeconds).toBeGreaterThan(cue.startSeconds + 0.5);
      expect(cue.lines.length).toBeLessThanOrEqual(2);
      if (index > 0) expect(cue.startSeconds).toBe(cues[index - 1]?.endSeconds);
    }
  });

  it('change where the voice pauses, when a pause is near', () => {
    const [first] = sentenceCues({ text: long, startSeconds: 0, endSeconds: 12, pauses: [] });
    const proportional = first?.endSeconds ?? 0;
    const [snapped] = sentenceCues({ text: long, startSeconds: 0, endSeconds: 12, pauses: [0.5, proportional + 0.3, proportional + 0.6] });
    expect(snapped?.endSeconds).toBeCloseTo(proportional + 0.3, 6);
    const [unmoved] = sentenceCues({ text: long, startSeconds: 0, endSeconds: 12, pauses: [proportional + 2] });
    expect(unmoved?.endSeconds).toBeCloseTo(proportional, 6);
  });
});
