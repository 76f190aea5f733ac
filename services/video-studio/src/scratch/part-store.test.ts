import { existsSync, readFileSync, readdirSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { testDirectory } from '../testing/test-directory.ts';
import { PartStore } from './part-store.ts';
import type { PartOrder } from './part-store.ts';

let directory: ReturnType<typeof testDirectory>;
beforeEach(() => { directory = testDirectory(); });
afterEach(() => directory.remove());
const store = () => new PartStore(directory.path);
const order = (from: PartOrder['from'], make: PartOrder['make'] = (path) => writeFile(path, JSON.stringify(from))): PartOrder => ({ kind: 'scene', extension: 'bin', from, make });
const rooms = (): string[] => readdirSync(join(directory.path, 'rooms'));

describe('parts', () => {
  it('are made once for one order, also by another process', async () => {
    const first = await store().openUse().get(order({ slide: 1, frames: 30 }));
    const again = await store().openUse().get(order({ slide: 1, frames: 30 }, () => { throw new Error('made again'); }));
    expect([first.made, again.made]).toEqual([true, false]);
    expect(again.path).toBe(first.path);
    expect(readFileSync(again.path, 'utf8')).toBe('{"slide":1,"frames":30}');
  });

  it('are others for another order', async () => {
    const use = store().openUse();
    const paths = new Set([(await use.get(order({ frames: 30 }))).path, (await use.get(order({ frames: 31 }))).path, (await use.get({ ...order({ frames: 30 }), kind: 'film' })).path]);
    expect(paths.size).toBe(3);
  });

  it('that could not be made leave nothing behind', async () => {
    const broken = order({ slide: 2 }, async (path) => { await writeFile(path, 'half'); throw new Error('no space left'); });
    await expect(store().openUse().get(broken)).rejects.toThrow('no space left');
    expect(readdirSync(join(directory.path, 'parts'))).toEqual([]);
    expect(rooms()).toEqual([]);
  });

  it('are nowhere under their own name while they are being made', async () => {
    const part = await store().openUse().get(order({ slide: 3 }, async (path) => {
      await writeFile(path, 'half');
      expect(readdirSync(join(directory.path, 'parts'))).toEqual([]);
      await writeFile(path, 'whole');
    }));
    expect(readFileSync(part.path, 'utf8')).toBe('whole');
  });

  it('that a lost disk write left empty are made again', async () => {
    const { path } = await store().openUse().get(order({ slide: 4 }));
    truncateSync(path, 0);
    expect((await store().openUse().get(order({ slide: 4 }))).made).toBe(true);
    expect(statSync(path).size).toBeGreaterThan(0);
  });

  it('count as used when they are used again', async () => {
    const { path } = await store().openUse().get(order({ slide: 5 }));
    utimesSync(path, new Date(0), new Date(0));
    await store().openUse().get(order({ slide: 5 }));
    expect(statSync(path).mtimeMs).toBeGreaterThan(1_000_000);
  });

  it('are held while any film uses them, and discarded only by the film that asks', async () => {
    const parts = store();
    const [one, two] = [parts.openUse(), parts.openUse()];
    const { path } = await one.get(order({ slide: 6 }));
    await two.get(order({ slide: 6 }));
    const other = (await two.get(order({ slide: 7 }))).path;
    one.release();
    one.release();
    expect(parts.isInUse(path)).toBe(true);
    two.release();
    expect(parts.isInUse(path)).toBe(false);
    const three = parts.openUse();
    await three.get(order({ slide: 6 }));
    await three.discard();
    expect([existsSync(path), existsSync(other)]).toEqual([false, true]);
  });

  it('do not mind a stray file', async () => {
    writeFileSync(join(directory.path, 'README'), '');
    await expect(store().openUse().get(order({ slide: 8 }))).resolves.toMatchObject({ made: true });
  });
});
