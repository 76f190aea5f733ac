import { describe, expect, it } from '@jest/globals';
import { refusal } from './check-import.ts';
import { everythingRooms, rooms } from './rules.ts';
import { filesBelow, importsOf, roomDirs } from './source.ts';

const dirs = [...new Set([...roomDirs(), 'test'])];

describe('imports', () => {
  it.each(dirs)('of %s stay within what its room allows', (dir) => {
    const refusals = filesBelow(dir).flatMap((file) => importsOf(file).flatMap((one) => refusal(file.path, one) ?? []));
    if (refusals.length > 0) throw new Error(`\n${refusals.join('\n\n')}\n`);
  });

  it('are looked at in every package', () => {
    const files = dirs.flatMap((dir) => filesBelow(dir));
    expect(files.length).toBeGreaterThan(300);
    expect(files.flatMap(importsOf).length).toBeGreaterThan(1_000);
  });

  it('have a row for every folder', () => {
    expect(dirs.filter((dir) => rooms[dir] === undefined && !everythingRooms.includes(dir))).toEqual([]);
  });
});
