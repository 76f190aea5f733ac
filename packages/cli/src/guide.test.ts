import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { EXIT } from './exit-codes.ts';
import { baton } from './testing.ts';

const PAGE = 'docs/guides/try-definitions.md';

/** Each `$ baton …` of a ```console block, and the lines below it. */
function sessions(page: string): { command: string; says: string }[] {
  const blocks = [...page.matchAll(/```console\n([\s\S]*?)```/g)].map(([, block]) => block!);
  return blocks.flatMap((block) =>
    block
      .split(/^\$ baton /m)
      .slice(1)
      .map((one) => ({ command: one.slice(0, one.indexOf('\n')), says: one.slice(one.indexOf('\n') + 1) })),
  );
}

/** As a shell takes it apart: words, and texts between apostrophes. */
const wordsOf = (command: string): string[] => [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);

describe(PAGE, () => {
  const found = sessions(readFileSync(PAGE, 'utf8'));

  it('has commands', () => {
    expect(found.length).toBeGreaterThan(3);
  });

  it.each(found)('`$command` says what the page shows', async ({ command, says }) => {
    const { code, stdout, stderr } = await baton(wordsOf(command));
    expect(stdout + stderr).toBe(says);
    expect([EXIT.ok, EXIT.refused, EXIT.runFailed]).toContain(code);
  });
});
