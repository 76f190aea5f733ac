/**
 * I13: nothing that was received is lost in silence. Once the position has passed an inbox record, it was applied, or is a
 * dead letter, or was of no consequence on the state that its run had just then: a repetition, or too late, or too early.
 * What is none of ours in the history is a dead letter too, once somebody has read past it.
 */
import type { Checker, Findings, Folded } from './checker.ts';
import type { RecordedEntry, RecordedPartition, SideEvidence } from './evidence.ts';
import { messageOf } from './inbox-message.ts';
import { lettersIn, UNKNOWN_RUNS, wrongPassingOver, type Letters } from './passed-over.ts';
import { settledInbox, settledOutbox } from './settled.ts';

export const conservation: Checker = {
  invariant: 'I13',
  title: 'every message is applied, of no consequence, or a dead letter',
  lacks: ({ inbox, deadLetters }) => (inbox === undefined ? 'the inbox was not recorded' : deadLetters === undefined ? 'the dead letters were not recorded' : undefined),
  watch(evidence, findings, folded) {
    const letters = lettersIn(evidence, findings);
    const cursors = new Map(evidence.inbox!.map((inbox) => [inbox.partition, new Cursor(inbox, { evidence, findings, folded, letters })]));
    const foreign = new Map<number, number[]>();
    return {
      seen({ partition, offset, timestampMs, record, counts, newer }) {
        const cursor = cursors.get(partition);
        if (record === undefined && !newer) foreign.set(partition, [...(foreign.get(partition) ?? []), offset]);
        if (!counts || record === undefined || record.t === 'claim' || record.t === 'image') return;
        if (record.t === 'txn') cursor?.applied(record.cause.off, timestampMs);
        else if (record.t === 'position') cursor?.givenUp(record.inboxOff);
        else cursor?.passed(record.inboxOff, timestampMs);
        // Whoever has the claim in force has read everything before it.
        for (const at of foreign.get(partition) ?? []) {
          if (at < record.epoch && record.epoch <= settledOutbox(evidence, partition) && !letters.history.has(`${partition}~${at}`)) findings.violation({ partition, what: `the record at history offset ${at} is none of ours, and no dead letter` });
        }
        foreign.set(partition, (foreign.get(partition) ?? []).filter((at) => at > record.epoch));
      },
      end() {
        for (const cursor of cursors.values()) cursor.end();
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

/** Walks along a partition of the inbox as the history consumes it. */
class Cursor {
  readonly #partition: number;
  readonly #records: Iterator<RecordedEntry>;
  readonly #around: Around;
  readonly #nowMs: number;
  readonly #settled: number;
  #next: RecordedEntry | undefined;

  constructor({ partition, records }: RecordedPartition, around: Around) {
    this.#partition = partition;
    this.#records = records[Symbol.iterator]();
    this.#around = around;
    this.#nowMs = around.evidence.moment?.atMs ?? Number.POSITIVE_INFINITY;
    this.#settled = around.evidence.settled === undefined ? Number.POSITIVE_INFINITY : settledInbox(around.evidence, around.folded, partition);
    this.#advance();
  }

  /** The history has a transition for this record. */
  applied(offset: number, atMs: number): void {
    this.#judgeBefore(offset, atMs);
    if (this.#next?.offset !== offset) return;
    this.#around.findings.examined();
    const reason = this.#around.letters.inbox.get(`${this.#partition}~${offset}`);
    // The definition may arrive between an owner that gave up waiting for it and the next one.
    if (reason !== undefined && reason !== 'unknown_workflow') this.#violation(offset, `was applied, and is a dead letter (${reason}) too`, messageOf(this.#next.value)?.runId);
    this.#advance();
  }

  /** The position has passed everything up to this record. */
  passed(offset: number, atMs: number): void {
    this.#judgeBefore(offset + 1, atMs);
  }

  /** An operator has set the position, and given up what lies before it. */
  givenUp(offset: number): void {
    while (this.#next !== undefined && this.#next.offset <= offset) this.#advance();
  }

  end(): void {
    const { evidence, folded } = this.#around;
    this.passed(settledInbox(evidence, folded, this.#partition), this.#nowMs);
  }

  #judgeBefore(offset: number, atMs: number): void {
    for (; this.#next !== undefined && this.#next.offset < offset; this.#advance()) {
      // Its dead letter may have come after the letters were read.
      if (this.#next.offset <= this.#settled) this.#judge(this.#next, atMs);
    }
  }

  #judge(entry: RecordedEntry, consumedMs: number): void {
    const { findings, folded, letters } = this.#around;
    findings.examined();
    const wrong = wrongPassingOver({ partition: this.#partition, entry, consumedMs }, folded, letters);
    if (wrong === 'unknown') findings.left(UNKNOWN_RUNS);
    else if (wrong !== undefined) findings.violation({ partition: this.#partition, ...wrong });
  }

  #violation(offset: number, what: string, runId?: string): void {
    this.#around.findings.violation({ partition: this.#partition, ...(runId !== undefined && { runId }), what: `the inbox record at offset ${offset} ${what}` });
  }

  #advance(): void {
    const { done, value } = this.#records.next() as IteratorResult<RecordedEntry, undefined>;
    this.#next = done === true ? undefined : value;
  }
}
