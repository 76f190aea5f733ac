/** I7: every command and public event of a transition that counts is published, and nothing else is; and what it tells other runs is heard. */
import { ContractError, isEmitted, readCommand, readEmittedEvent, readLifecycleEvent, type Command, type LifecycleEvent } from '@baton/contracts';
import { publishedBy } from '@baton/core';
import type { Checker, Findings } from './checker.ts';
import type { PublishedRecords } from './evidence.ts';
import { RunMessages } from './run-messages.ts';
import { settledOutbox } from './settled.ts';

export const outbox: Checker = {
  invariant: 'I7',
  title: 'what the history says was published was, and nothing else',
  lacks: ({ commands, lifecycle }) => (commands === undefined && lifecycle === undefined ? 'neither the command topics nor the lifecycle topic were recorded' : undefined),
  watch(evidence, findings, folded) {
    const { commands, lifecycle, emitted } = evidence;
    if (commands === undefined) findings.left('the command topics were not recorded');
    if (lifecycle === undefined) findings.left('the lifecycle topic was not recorded');
    if (emitted === undefined) findings.left('the topic of events was not recorded');
    const sent = commands && new Published(commands, commandIn, findings);
    const said = emitted && new Published(emitted, emittedIn, findings);
    const told = lifecycle && new Published(lifecycle, eventIn, findings);
    const messages = new RunMessages(evidence, findings, folded);
    return {
      transition(transition) {
        const { txn, partition, offset, timestampMs, after } = transition;
        messages.transition(transition);
        const due = offset <= settledOutbox(evidence, partition);
        const { runId, seq } = txn;
        const demand = (published: Published, name: string): void => {
          findings.examined();
          if (!published.promised(name) && due && timestampMs >= published.keptSinceMs) findings.violation({ runId, partition, what: `transition ${seq}: ${name} was not published` });
        };
        if (sent !== undefined) for (const command of txn.outbox) if (commands?.services?.includes(command.service) ?? true) demand(sent, nameOf(command));
        for (const event of after === undefined ? [] : publishedBy(after, txn, '')) {
          const published = isEmitted(event) ? said : told;
          if (published !== undefined) demand(published, `event ${event.id}`);
        }
      },
      end() {
        messages.end();
        const cut = [...folded.positions.values()].some(({ first }) => first > 0);
        if (cut) return findings.left('where retention has taken the beginning of the history, what it said cannot be told from what nobody said');
        for (const published of [sent, told, said]) for (const name of published?.unpromised() ?? []) findings.violation({ what: `${name} was published, but the history does not have it` });
      },
    };
  },
};

/** What lies on topics, by name, and which of it the history has asked for. */
class Published {
  readonly keptSinceMs: number;
  readonly #promised = new Map<string, boolean>();

  constructor({ records, keptSinceMs = 0 }: PublishedRecords, nameIn: (value: Uint8Array | string) => string | undefined, findings: Findings) {
    this.keptSinceMs = keptSinceMs;
    for (const { value } of records) {
      try {
        const name = nameIn(value ?? '');
        if (name !== undefined) this.#promised.set(name, false);
      } catch (error) {
        if (!(error instanceof ContractError)) throw error;
        findings.violation({ what: `a record that nobody may write was published: ${error.message}` });
      }
    }
  }

  /** @returns whether it was published. */
  promised(name: string): boolean {
    if (!this.#promised.has(name)) return false;
    this.#promised.set(name, true);
    return true;
  }

  *unpromised(): Iterable<string> {
    for (const [name, promised] of this.#promised) if (!promised) yield name;
  }
}

const nameOf = ({ t, key }: Pick<Command, 't' | 'key'>): string => `${t} ${key}`;
const commandIn = (value: Uint8Array | string): string => nameOf(readCommand(value));

const emittedIn = (value: Uint8Array | string): string => `event ${readEmittedEvent(value).id}`;

/** A refused request is told by the door; there is no run. */
function eventIn(value: Uint8Array | string): string | undefined {
  const { type, id }: LifecycleEvent = readLifecycleEvent(value);
  return type === 'baton.run.rejected' ? undefined : `event ${id}`;
}
