import type { RunId } from '@baton/contracts';
import type { Checkpoint, CheckpointHead, Checkpoints, RunWrite } from '@baton/ports';
import { runner } from './runner.ts';
import { sampleEntry, sampleState } from './samples.ts';

export interface OpenedCheckpoints {
  /** Empty. */
  readonly checkpoints: Checkpoints;
  close(): Promise<void>;
}

/** What every Checkpoints must do. */
export function checkpointsSuite(name: string, open: () => Promise<OpenedCheckpoints>): void {
  const { describe, it, expect, beforeEach, afterEach } = runner();

  describe(`Checkpoints: ${name}`, () => {
    let opened: OpenedCheckpoints;
    let checkpoints: Checkpoints;
    beforeEach(async () => {
      opened = await open();
      checkpoints = opened.checkpoints;
    });
    afterEach(() => opened.close());

    const head = (epoch: number): CheckpointHead => ({ epoch, inboxOff: epoch - 1, disp: epoch, beganMs: 1_000 + epoch });
    const sample = (count: number, seq = 1): RunWrite[] => Array.from({ length: count }, (_, n) => ({ state: sampleState({ runId: `run-${n}` as RunId, seq }, 'ü\u0001“'), entries: [sampleEntry(seq)] }));
    const write = async (partition: number, epoch: number, runs: readonly RunWrite[]): Promise<void> => {
      const writer = await checkpoints.begin(partition, head(epoch));
      for (let i = 0; i < runs.length; i += 300) await writer.add(runs.slice(i, i + 300));
      await writer.commit();
    };
    const all = async (partition: number): Promise<Checkpoint[]> => {
      const found: Checkpoint[] = [];
      for await (const checkpoint of checkpoints.whole(partition)) found.push(checkpoint);
      return found;
    };
    const runsOf = async (checkpoint: Checkpoint): Promise<RunWrite[]> => {
      const found: RunWrite[] = [];
      for await (const piece of checkpoint.runs()) found.push(...piece);
      return found;
    };

    it('gives a checkpoint back as it was written', async () => {
      await write(0, 7, sample(3));
      const [only, ...others] = await all(0);
      expect(others).toEqual([]);
      expect(only!.head).toEqual(head(7));
      expect(await runsOf(only!)).toEqual(sample(3));
    });

    it('keeps one of no runs', async () => {
      await write(0, 7, []);
      expect(await runsOf((await all(0))[0]!)).toEqual([]);
    });

    it('gives a large one back in pieces', async () => {
      await write(0, 7, sample(1_000));
      const pieces: number[] = [];
      for await (const piece of (await all(0))[0]!.runs()) pieces.push(piece.length);
      expect(pieces.reduce((sum, size) => sum + size, 0)).toBe(1_000);
    });

    it('gives none where none was committed: begun, broken off, or of another partition', async () => {
      const begun = await checkpoints.begin(0, head(7));
      await begun.add(sample(2));
      const aborted = await checkpoints.begin(0, head(8));
      await aborted.add(sample(2));
      await aborted.abort();
      await write(1, 9, sample(1));
      expect(await all(0)).toEqual([]);
      await begun.abort();
    });

    it('gives the newest first, keeps the one before, and lets older ones go', async () => {
      for (const epoch of [5, 900, 20]) await write(0, epoch, sample(1, epoch));
      expect((await all(0)).map(({ head: { epoch } }) => epoch)).toEqual([900, 20]);
    });
  });
}
