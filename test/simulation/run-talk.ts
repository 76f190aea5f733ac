/** What runs tell each other and the world: what a transition promises may be sent, as often as it takes, and nothing else may. */
import type { EmittedEvent, HistoryTxn, InboxMessage } from '@baton/contracts';
import { canonical } from './canonical.ts';

export class RunTalk {
  /** Runs that another run was to start. */
  readonly starts = new Set<string>();
  /** Messages in transitions that count, and whether they came into the inbox. */
  readonly messages = new Map<string, { readonly message: InboxMessage; sent: boolean }>();
  /** Events in transitions that count, by id, and whether they were published. */
  readonly events = new Map<string, { readonly says: string; told: boolean }>();
  readonly #say: (violation: string) => void;

  constructor(say: (violation: string) => void) {
    this.#say = say;
  }

  /** A transition is in the history. */
  promised({ runId, events, messages = [] }: HistoryTxn): void {
    for (const message of messages) {
      const text = canonical(message);
      if (this.messages.has(text)) this.#say(`I7: run ${runId} tells ${message.runId} twice: ${message.type} ${message.id}`);
      this.messages.set(text, { message, sent: false });
      if (message.type === 'start') this.starts.add(message.runId);
    }
    for (const event of events) {
      if (event.type !== 'event-emitted') continue;
      const id = `${runId}.${event.stepId}`;
      if (this.events.has(id)) this.#say(`I7: run ${runId} says something twice in ${event.stepId}`);
      this.events.set(id, { says: canonical({ type: event.eventType, data: event.data, runId, stepId: event.stepId }), told: false });
    }
  }

  /** One run's message to another comes into the inbox. */
  sent(message: InboxMessage): void {
    const known = this.messages.get(canonical(message));
    if (known === undefined) this.#say(`I7: run ${message.runId} was told ${message.type} ${message.id}, and the history does not have it`);
    else known.sent = true;
  }

  /** An event reaches its topic. */
  published({ id, type, data, runid: runId, stepid: stepId }: EmittedEvent): void {
    const known = this.events.get(id);
    if (known?.says !== canonical({ type, data, runId, stepId })) this.#say(`I7: the event ${id} was published, and the history does not have it`);
    else known.told = true;
  }
}
