import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { DEAD_LETTER_REASONS, ERRORS, OperatingError } from './index.ts';

describe('error codes', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/reference/errors.md'), 'utf8');
  const sections = new Map([...page.matchAll(/^## `(\w+)`\n\n([\s\S]*?)(?=\n## |$(?![\s\S]))/gm)].map(([, code = '', text = '']) => [code, text.trim()]));

  it('each have a section of the reference, in the same order, and no section is without a code', () => {
    expect([...sections.keys()]).toEqual(Object.keys(ERRORS));
  });

  it.each(Object.entries(ERRORS))('%s has its status and what to do in its section', (code, { status }) => {
    const text = sections.get(code) ?? '';
    expect(text).toMatch(new RegExp(`^${status}\\. `));
    expect(text.split('. ').length).toBeGreaterThan(1);
  });

  it('cover the reasons of dead letters', () => {
    for (const reason of DEAD_LETTER_REASONS) expect(Object.keys(ERRORS)).toContain(reason);
  });

  it('say in an operating error whether trying again can help, and why it failed', () => {
    const cause = new Error('ECONNREFUSED');
    expect(new OperatingError('unavailable', 'away', { retry: 'unknown', cause })).toMatchObject({ code: 'unavailable', retry: 'unknown', cause });
    expect(new OperatingError('unavailable', 'away', { retry: 'yes' })).not.toHaveProperty('cause');
  });
});
