import { describe, expect, it } from '@jest/globals';
import { businessWords, forbiddenNames, platformRooms, vocabularyExceptions } from './rules.ts';
import { filesBelow, isTestCode, roomDirs } from './source.ts';
import { isWordOf, wordsOf } from './words.ts';

const allPaths = [...roomDirs(), 'test'].flatMap((dir) => filesBelow(dir).map(({ path }) => path));

describe('names', () => {
  it('say what is inside: no package, folder or file for what has no subject', () => {
    const wrong = allPaths.filter((path) => path.split('/').some((part) => forbiddenNames.test(part)));
    if (wrong.length > 0) throw new Error(`\n${wrong.join('\n')}\nName it after its subject; if it has several, it is several files.`);
  });

  it('are written in kebab-case', () => {
    const name = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/;
    expect(allPaths.filter((path) => !path.split('/').every((part) => name.test(part)))).toEqual([]);
  });

  it.each(['fundName', 'fund_name', 'FUND_NAME', 'two funds', 'theISIN'])('are read as a person reads them: %s holds a business word', (text) => {
    expect([...wordsOf(text)].some(({ word }) => isWordOf(businessWords, word))).toBe(true);
  });

  it.each(['refund', 'fundamental', 'filmed'])('are read as a person reads them: %s does not', (text) => {
    expect([...wordsOf(text)].some(({ word }) => isWordOf(businessWords, word))).toBe(false);
  });
});

describe('vocabulary', () => {
  it.each(platformRooms)('%s knows runs, steps and time, and no business', (dir) => {
    const found = filesBelow(dir, ['.ts', '.lua', '.json', '.mjs'])
      .filter(({ path }) => !isTestCode(path) && !path.endsWith('package.json') && vocabularyExceptions[path] === undefined)
      .flatMap(({ path, text }) => [...wordsOf(text)].filter(({ word }) => isWordOf(businessWords, word)).map(({ word, line }) => `${path}:${line} says "${word}"`));
    if (found.length > 0) {
      throw new Error(`\n${found.join('\n')}\nThe platform serves every business. Move it to the service whose word it is; in an example, use words of nobody's business (order, parcel, greeting).`);
    }
  });
});
