import type { PoisonWatch } from '@baton/ports';
import { runner } from './runner.ts';

export interface OpenedPoisonWatch {
  readonly watch: PoisonWatch;
  /** Empties it, as a wiped Redis would be. */
  wipe(): Promise<void>;
  close(): Promise<void>;
}

/** What every PoisonWatch must do. */
export function poisonWatchSuite(name: string, open: () => Promise<OpenedPoisonWatch>): void {
  const { describe, it, expect, beforeEach, afterEach } = runner();

  describe(`PoisonWatch: ${name}`, () => {
    let opened: OpenedPoisonWatch;
    let watch: PoisonWatch;
    beforeEach(async () => {
      opened = await open();
      watch = opened.watch;
    });
    afterEach(() => opened.close());
    const begin = (epoch: number, position = 10) => watch.begin(0, { epoch, position });
    /** An owner that dies while it decides on an offset. */
    const dieAt = async (epoch: number, offset: number, position = 10) => {
      const found = await begin(epoch, position);
      await watch.deciding(0, { epoch, offset });
      return found;
    };

    it('knows of nobody at first', async () => {
      expect(await begin(1)).toEqual({ died: false });
    });

    it('takes an owner that has said nothing for dead, and one that said it ended for alive', async () => {
      await begin(1);
      expect(await begin(2)).toEqual({ died: true });
      await watch.ended(0, { epoch: 2 });
      expect(await begin(3)).toEqual({ died: false });
    });

    it('counts the owners that died at the same offset', async () => {
      await dieAt(1, 12);
      expect(await dieAt(2, 12)).toEqual({ died: true, suspect: { offset: 12, deaths: 1 } });
      expect(await begin(3)).toEqual({ died: true, suspect: { offset: 12, deaths: 2 } });
    });

    it('keeps the count over owners that ended before they came so far, in whatever way', async () => {
      await dieAt(1, 12);
      await begin(2);
      await watch.ended(0, { epoch: 2 });
      await begin(3);
      expect(await dieAt(4, 12)).toEqual({ died: true, suspect: { offset: 12, deaths: 1 } });
      expect(await begin(5)).toEqual({ died: true, suspect: { offset: 12, deaths: 2 } });
    });

    it('begins to count anew at another offset', async () => {
      await dieAt(1, 12);
      await dieAt(2, 13);
      expect(await begin(3)).toEqual({ died: true, suspect: { offset: 13, deaths: 1 } });
    });

    it('forgets what lies before the position of a new owner', async () => {
      await dieAt(1, 12);
      expect(await begin(2, 13)).toEqual({ died: true });
    });

    it('forgets an offset that somebody has decided on and lived', async () => {
      await dieAt(1, 12);
      await dieAt(2, 12);
      await watch.decided(0, { epoch: 2, offset: 12 });
      expect(await begin(3)).toEqual({ died: true });
    });

    it('does not count an owner that died after it had decided', async () => {
      await dieAt(1, 12);
      await watch.decided(0, { epoch: 1, offset: 12 });
      expect(await begin(2)).toEqual({ died: true });
      await watch.deciding(0, { epoch: 2, offset: 12 });
      await watch.deciding(0, { epoch: 2, offset: 13 });
      await watch.decided(0, { epoch: 2, offset: 12 });
      expect(await begin(3)).toEqual({ died: true, suspect: { offset: 13, deaths: 1 } });
    });

    it('takes back the death of an owner that says later that it lives', async () => {
      await dieAt(1, 12);
      await dieAt(2, 12);
      await dieAt(12, 12);
      await begin(13);
      await watch.ended(0, { epoch: 2 });
      expect(await begin(14)).toEqual({ died: true, suspect: { offset: 12, deaths: 2 } });
      await watch.ended(0, { epoch: 1 });
      await watch.ended(0, { epoch: 12 });
      expect(await begin(15)).toEqual({ died: true });
    });

    it('lets a former owner change nothing', async () => {
      await begin(1);
      await begin(5);
      await watch.deciding(0, { epoch: 1, offset: 12 });
      expect(await watch.begin(0, { epoch: 3, position: 10 })).toEqual({ died: false });
      await watch.ended(0, { epoch: 3 });
      expect(await begin(6)).toEqual({ died: true });
      await watch.ended(0, { epoch: 6 });
      await watch.deciding(0, { epoch: 6, offset: 12 });
      expect(await begin(7)).toEqual({ died: false });
    });

    it('keeps partitions apart, and loses everything in a wipe', async () => {
      await dieAt(1, 12);
      expect(await watch.begin(1, { epoch: 2, position: 0 })).toEqual({ died: false });
      await opened.wipe();
      expect(await begin(2)).toEqual({ died: false });
      await watch.decided(0, { epoch: 1, offset: 12 });
      await watch.ended(0, { epoch: 1 });
    });
  });
}
