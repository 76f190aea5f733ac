import { OperatingError } from '@baton/contracts';
import type { DeadLetterIndex } from '@baton/ports';
import { runner } from './runner.ts';
import { sampleLetter } from './samples.ts';

export interface OpenedDeadLetterIndex {
  /** Empty. */
  readonly index: DeadLetterIndex;
  /** Empties the view, as a wiped server would be. */
  wipe(): Promise<void>;
  close(): Promise<void>;
}

/** What every DeadLetterIndex must do. */
export function deadLetterIndexSuite(name: string, open: () => Promise<OpenedDeadLetterIndex>): void {
  const { describe, it, expect, beforeEach, afterEach } = runner();

  describe(`DeadLetterIndex: ${name}`, () => {
    let opened: OpenedDeadLetterIndex;
    let index: DeadLetterIndex;
    beforeEach(async () => {
      opened = await open();
      index = opened.index;
    });
    afterEach(() => opened.close());
    const letter = (n: number) => sampleLetter('baton.x.inbox.v1', n);
    const ids = async (query: { limit: number; cursor?: string }) => (await index.list(query)).letters.map(({ offset }) => offset);

    it('knows nothing at first: reading begins at 0', async () => {
      expect(await index.position()).toBe(0);
      expect(await index.list({ limit: 10 })).toEqual({ letters: [] });
      expect(await index.get('x')).toBeUndefined();
    });

    it('keeps letters whole, and the position behind them', async () => {
      await index.add([letter(1), letter(2)], 7);
      expect(await index.position()).toBe(7);
      expect(await index.get(letter(2).id)).toEqual(letter(2));
    });

    it('moves the position also where no letter came with it, and never back', async () => {
      await index.add([], 3);
      expect(await index.position()).toBe(3);
      await index.add([], 1);
      expect(await index.position()).toBe(3);
    });

    it('lists the newest first, page by page, each letter once', async () => {
      await index.add([1, 2, 3, 4, 5].map(letter), 5);
      const first = await index.list({ limit: 2 });
      expect(first.letters.map(({ offset }) => offset)).toEqual([5, 4]);
      const second = await index.list({ limit: 2, cursor: first.nextCursor! });
      // One that comes between two pages does not move those behind the cursor.
      await index.add([letter(6)], 6);
      const third = await index.list({ limit: 2, cursor: second.nextCursor! });
      expect([second, third].map(({ letters }) => letters.map(({ offset }) => offset))).toEqual([[4 - 1, 2], [1]]);
      expect(third.nextCursor).toBeUndefined();
      expect(await ids({ limit: 10 })).toEqual([6, 5, 4, 3, 2, 1]);
    });

    it('leaves a letter that is there already as it is, with its mark', async () => {
      await index.add([letter(1)], 1);
      await index.markReplayed(letter(1).id, 123);
      await index.add([{ ...letter(1), detail: 'met again' }, letter(2)], 2);
      expect(await index.get(letter(1).id)).toEqual({ ...letter(1), replayedMs: 123 });
      expect(await ids({ limit: 10 })).toEqual([2, 1]);
    });

    it('marks a letter as replayed once; a second call learns when', async () => {
      await index.add([letter(1)], 1);
      expect(await index.markReplayed(letter(1).id, 100)).toBeUndefined();
      expect(await index.markReplayed(letter(1).id, 200)).toBe(100);
      expect((await index.list({ limit: 1 })).letters[0]).toMatchObject({ replayedMs: 100 });
    });

    it('lets exactly one of many callers at the same time be the first', async () => {
      await index.add([letter(1)], 1);
      const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => index.markReplayed(letter(1).id, 100 + i)));
      expect(answers.filter((answer) => answer === undefined)).toHaveLength(1);
    });

    it('takes a mark back, so that the letter can be replayed again', async () => {
      await index.add([letter(1)], 1);
      await index.markReplayed(letter(1).id, 100);
      await index.unmarkReplayed(letter(1).id);
      expect(await index.get(letter(1).id)).toEqual(letter(1));
      expect(await index.markReplayed(letter(1).id, 300)).toBeUndefined();
    });

    it('refuses to mark a letter it does not know', async () => {
      await expect(index.markReplayed('nobody~0~1', 1)).rejects.toMatchObject({ code: 'unknown_dead_letter' });
      await index.unmarkReplayed('nobody~0~1');
      expect(await index.get('nobody~0~1')).toBeUndefined();
    });

    it('refuses a cursor that is none of its own', async () => {
      await expect(index.list({ limit: 1, cursor: 'x; drop' })).rejects.toThrow(OperatingError);
    });

    it('reads from the beginning again after it was wiped', async () => {
      await index.add([letter(1)], 9);
      await opened.wipe();
      expect(await index.position()).toBe(0);
      expect(await ids({ limit: 5 })).toEqual([]);
    });
  });
}
