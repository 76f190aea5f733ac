import { describe, expect, it } from '@jest/globals';
import { formatWebVtt } from './web-vtt.ts';

describe('WebVTT', () => {
  it('numbers the cues and gives times in milliseconds', () => {
    const text = formatWebVtt([{ startSeconds: 0.7, endSeconds: 5.4994, lines: ['One', 'two'] }, { startSeconds: 3_725.9996, endSeconds: 3_727, lines: ['Three'] }]);
    expect(text).toBe('WEBVTT\n\n1\n00:00:00.700 --> 00:00:05.499\nOne\ntwo\n\n2\n01:02:06.000 --> 01:02:07.000\nThree\n');
  });

  it('lets no text become markup or another cue', () => {
    const text = formatWebVtt([{ startSeconds: 0, endSeconds: 1, lines: ['<i>R&D</i>\n\n2\n00:00 --> 00:09', '\u2028x\u0000'] }]);
    expect(text.split('\n').slice(4)).toEqual(['&lt;i&gt;R&amp;D&lt;/i&gt; 2 00:00 --&gt; 00:09', 'x', '']);
  });
});
