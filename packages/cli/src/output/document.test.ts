import { describe, expect, it } from '@jest/globals';
import { documentLines } from './document.ts';
import type { Style } from './style.ts';

const plain = new Proxy({}, { get: () => (text: string) => text }) as Style;

describe('a document for people', () => {
  it('is shown whole where it fits', () => {
    expect(documentLines('output', { a: 1, b: ['x'] }, 'baton x', plain)).toEqual(['output  {\n  "a": 1,\n  "b": [\n    "x"\n  ]\n}']);
  });

  it('is cut where it does not, with the command that shows all of it', () => {
    const [shown, hint] = documentLines('output', Array.from({ length: 100 }, (_, i) => i), 'baton describe run-1 --json', plain);
    expect(shown!.split('\n')).toHaveLength(29);
    expect(hint).toBe('… 73 more lines, all of them with: baton describe run-1 --json');
  });

  it('moves no terminal', () => {
    expect(documentLines('data', { a: '\u001b[31m\u202e' }, 'x', plain).join('\n')).not.toMatch(/[\u001b\u202e]/);
  });
});
