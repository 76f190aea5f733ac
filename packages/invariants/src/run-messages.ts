/**
 * What runs tell each other: a message of a transition is sent again until it is out, so at rest its recipient has heard it. Looked at
 * are the messages alone that their recipient has shown no sign of when the history ends.
 */
import { isTerminal, type InboxMessage } from '@baton/contracts';
import type { Findings, Folded, Transition } from './checker.ts';
import type { SideEvidence } from './evidence.ts';
import { refusedRuns } from './refused-runs.ts';

interface Told {
  readonly type: InboxMessage['type'];
  readonly to: string;
  /** Who has sent it, and in which transition. */
  readonly from: string;
  readonly seq: number;
  readonly partition: number;
}

export class RunMessages {
  /** By id, and the run that it is for: messages that nobody has been seen to hear. */
  readonly #open = new Map<string, Told>();
  /** Of messages that were heard before what was read of the history had them: its partitions are read one after the other. */
  readonly #early = new Set<string>();
  readonly #evidence: SideEvidence;
  readonly #findings: Findings;
  readonly #folded: Folded;

  constructor(evidence: SideEvidence, findings: Findings, folded: Folded) {
    this.#evidence = evidence;
    this.#findings = findings;
    this.#folded = folded;
  }

  transition({ txn: { runId, seq, cause, messages = [] }, partition }: Transition): void {
    for (const { type, id, runId: to } of messages) {
      this.#findings.examined();
      const name = nameOf(id, to);
      // What may still be under way need not be remembered.
      if (this.#evidence.settled !== undefined) this.#findings.left('what runs tell each other may still be under way');
      else if (!this.#early.delete(name)) this.#open.set(name, { type, to, from: runId, seq, partition });
    }
    if (this.#evidence.settled !== undefined || (cause.type !== 'start' && cause.type !== 'child-ended' && cause.type !== 'cancel')) return;
    const name = nameOf(cause.id, runId);
    // Of all messages of these kinds only those that runs send are named after what they are about.
    if (!this.#open.delete(name) && OF_RUNS.test(cause.id)) this.#early.add(name);
  }

  end(): void {
    if (this.#open.size === 0) return;
    const refused = refusedRuns(this.#evidence.deadLetters);
    if (this.#evidence.deadLetters === undefined) this.#findings.left('dead letters were not recorded: what runs tell each other may have become one');
    else for (const told of this.#open.values()) if (!refused.has(told.to) && this.#unheard(told)) this.#findings.violation({ runId: told.from, partition: told.partition, what: `transition ${told.seq}: the ${told.type} for run ${told.to} has not been heard` });
  }

  /** Whether its recipient is as if it had not heard it. */
  #unheard({ type, to, from }: Told): boolean {
    const run = this.#folded.run(to);
    if (run === undefined) return [...this.#folded.positions.values()].every(({ first }) => first === 0);
    const { state } = run;
    if (state === undefined || isTerminal(state.status) || type === 'start') return false;
    if (type === 'cancel') return true;
    return state.status === 'running' && Object.values(state.branches).some(({ awaits }) => awaits?.kind === 'run' && awaits.runId === from);
  }
}

const OF_RUNS = /^(start|child-ended|cancel)-[0-9a-f]{32}$/;
const nameOf = (id: string, to: string): string => `${id} ${to}`;
