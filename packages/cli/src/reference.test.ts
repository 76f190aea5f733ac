import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { cliReference } from './index.ts';

it('describes itself as docs/reference/cli.md does; write it with npm run docs:contracts', () => {
  expect(readFileSync(join(import.meta.dirname, '../../../docs/reference/cli.md'), 'utf8')).toBe(cliReference());
});
