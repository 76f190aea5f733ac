/**
 * I6: what is written beside the events follows from them: the chain over all of them, the images of runs, and of a
 * carry-forward the number of them. An image of a carry-forward may be older than the run is where it stands.
 */
import { hashJson, type HistoryImage } from '@baton/contracts';
import { chainOf } from '@baton/core';
import type { Checker, FoldedRun } from './checker.ts';

export const replay: Checker = {
  invariant: 'I6',
  title: 'events folded from the beginning give the stored chain and images',
  lacks: () => undefined,
  watch(_evidence, findings) {
    /** Images since the claim in force, by partition. */
    const images = new Map<number, number>();
    return {
      seen({ partition, offset, record, counts, imaged }) {
        if (!counts || record === undefined) return;
        if (record.t === 'claim') images.set(partition, 0);
        if (record.t === 'image') {
          findings.examined();
          images.set(partition, (images.get(partition) ?? 0) + 1);
          for (const what of imageProblems(record, imaged)) findings.violation({ runId: record.state.runId, partition, what: `the image at history offset ${offset} ${what}` });
        }
        const held = images.get(partition);
        // Where the claim lies before what is kept, some of its images may too.
        if (record.t === 'carried' && held !== undefined && held !== record.runs) findings.violation({ partition, what: `the carry-forward that ends at history offset ${offset} says ${record.runs} runs, but has ${held} images` });
      },
      transition({ txn, partition, before, after, known }) {
        const { runId, seq, events, chain, state, stateHash } = txn;
        if (!known) return findings.left('runs that began before what the history still keeps are checked from their first image on');
        findings.examined();
        if (chain !== chainOf(before?.chain, events)) findings.violation({ runId, partition, what: `transition ${seq}: the chain does not follow from the events` });
        if (state === undefined) return;
        const stored = hashJson(state);
        if (after !== undefined && hashJson(after) !== stored) findings.violation({ runId, partition, what: `transition ${seq}: the stored image is not what the events give` });
        if (stateHash !== stored) findings.violation({ runId, partition, what: `transition ${seq}: the stored hash is not that of the image` });
      },
    };
  },
};

function* imageProblems({ state, stateHash }: HistoryImage, folded: FoldedRun | undefined): Iterable<string> {
  const stored = hashJson(state);
  if (stateHash !== stored) yield 'is not what its hash says';
  if (folded === undefined) return;
  if (state.seq > folded.seq) yield `is of transition ${state.seq}, after ${folded.seq}, which is the last before it`;
  else if (state.seq === folded.seq && folded.state !== undefined && hashJson(folded.state) !== stored) yield `is not what the events give for transition ${state.seq}`;
}
