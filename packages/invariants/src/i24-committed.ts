/**
 * I24: the group's committed offset, which is only a hint, is ahead of the position that stands in the history by nothing but
 * messages that changed nothing: no transition carries those, and the next mark is written some seconds later.
 *
 * It cannot see what lies between where inbox or dead letters were not recorded, and says so.
 */
import type { Checker, Findings, Folded } from './checker.ts';
import type { SideEvidence } from './evidence.ts';
import { lettersIn, UNKNOWN_RUNS, wrongPassingOver, type Letters } from './passed-over.ts';

export const committed: Checker = {
  invariant: 'I24',
  title: "the group's committed offset is ahead of the history by messages that changed nothing, at most",
  lacks: ({ groupOffsets }) => (groupOffsets === undefined ? "the group's offsets were not recorded" : undefined),
  watch(evidence, findings, folded) {
    /** Partitions of which an operator spoke last: what the group was told before is of an inbox that was given up. */
    const givenUp = new Set<number>();
    return {
      seen({ partition, record, counts }) {
        if (!counts || record === undefined || record.t === 'claim' || record.t === 'image') return;
        if (record.t === 'position') givenUp.add(partition);
        else givenUp.delete(partition);
      },
      end() {
        let letters: Letters | undefined;
        for (const { partition, committed: offset } of evidence.groupOffsets!) {
          const position = folded.positions.get(partition);
          if (position === undefined) continue;
          findings.examined();
          if (offset <= position.inboxOff + 1) continue;
          if (givenUp.has(partition)) findings.left('partitions of which an operator has said where they go on, and whose owner has committed nothing since');
          else judgeBetween({ partition, from: position.inboxOff + 1, to: offset - 1 }, { evidence, findings, folded, letters: (letters ??= lettersIn(evidence)) });
        }
      },
    };
  },
};

interface Around {
  readonly evidence: SideEvidence;
  readonly findings: Findings;
  readonly folded: Folded;
  readonly letters: Letters;
}

function judgeBetween({ partition, from, to }: { readonly partition: number; readonly from: number; readonly to: number }, { evidence, findings, folded, letters }: Around): void {
  const inbox = evidence.inbox?.find((recorded) => recorded.partition === partition);
  if (inbox === undefined || evidence.deadLetters === undefined) return findings.left('messages that the group was told of and the history does not have: inbox or dead letters were not recorded');
  if (to >= inbox.next) return findings.violation({ partition, what: `the group has committed ${to + 1}, but the inbox ends at ${inbox.next - 1}` });
  for (const entry of inbox.records) {
    if (entry.offset < from || entry.offset > to) continue;
    const wrong = wrongPassingOver({ partition, entry, consumedMs: evidence.moment?.atMs ?? Number.POSITIVE_INFINITY }, folded, letters);
    if (wrong === 'unknown') findings.left(UNKNOWN_RUNS);
    else if (wrong !== undefined) findings.violation({ partition, ...wrong, what: `the group has committed ${to + 1}, the history has consumed up to ${from - 1}, and between them ${wrong.what}` });
  }
}
