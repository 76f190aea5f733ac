/** A run as its history tells it, in the words of `model.ts`: what happened to it, and what it did then. */
import { ROOT_BRANCH, UNDO_BRANCH, type HistoryTxn, type InboxMessage, type Json, type RunEvent, type StartMessage } from '@baton/contracts';
import { keeps, parks, undoes, undoPlace } from './model-undo.ts';
import { awaits, beginsToUndo, branchName, enters, givesUp, givesUpRun, goesOn, opens, says, starts, takes, type Happening, type Taken } from './model.ts';

export interface Passage {
  /** Undefined where nothing happened to the program: a heartbeat, or more of what it was doing. */
  readonly happened: Happening | { readonly kind: 'started' } | undefined;
  readonly did: readonly string[];
  readonly taken: Taken;
  /** A fan-out has left some of it to a later transition. */
  readonly unfinished: boolean;
  /** It had, and the run was broken off. */
  readonly cutShort: boolean;
}

const CONTINUES = 'c.';

export class Life {
  readonly #branches = new Map<string, { readonly name: string; entered: number; place: string }>([[ROOT_BRANCH, { name: '', entered: 0, place: '' }]]);
  readonly #places = new Map<string, string>();
  /** How often the fan-out at a place was begun. */
  readonly #rounds = new Map<string, number>();
  readonly #paused = new Set<string>();
  /** The transition is the end of the time of the whole run. */
  #outOfTime = false;
  /** By the run that was started. */
  readonly #children = new Map<string, { readonly place: string; readonly attempt: number }>();

  /** Transitions in the order of the run. @param message what caused it. */
  read(txn: HistoryTxn, message: InboxMessage): Passage {
    // The places are those from before.
    const happened = this.#happened(txn, message);
    this.#outOfTime = happened?.kind === 'out-of-time';
    const cutShort = this.#paused.size > 0 && (happened?.kind === 'cancelled' || happened?.kind === 'out-of-time');
    if (cutShort) this.#paused.clear();
    const did = txn.events.flatMap((event) => this.#did(event, txn) ?? []);
    const taken = new Map(txn.events.flatMap((event) => (event.type === 'signal-taken' ? [[this.#placeOf(event.stepId), event.id] as const] : [])));
    return { happened, did: [...did, ...this.#stops(txn)], taken, unfinished: this.#paused.size > 0, cutShort };
  }

  #happened({ events }: HistoryTxn, message: InboxMessage): Passage['happened'] {
    if (events[0]?.type === 'run-blocked') return { kind: 'poisoned' };
    switch (message.type) {
      case 'start':
        return { kind: 'started' };
      case 'cancel':
        return { kind: 'cancelled' };
      case 'compensation':
        return message.body.action === 'retry' ? { kind: 'retry' } : { kind: 'skip' };
      case 'heartbeat':
        return undefined;
      case 'result': {
        const { stepId, attempt, outcome, output = null, error } = message.body;
        const about = { place: this.#placeOf(stepId), attempt };
        return outcome === 'succeeded' ? { kind: outcome, ...about, output } : outcome === 'failed' ? { kind: outcome, ...about, error: error?.name ?? '' } : { kind: outcome, ...about };
      }
      case 'signal': {
        const { signalId: id, name, data } = message.body;
        return { kind: 'signal', id, name, data };
      }
      case 'child-ended': {
        const { stepId, attempt, outcome, output = null, error } = message.body;
        return { kind: 'child-ended', place: this.#placeOf(stepId), attempt, output, error: outcome === 'completed' ? undefined : outcome === 'cancelled' ? 'Baton.RunCancelled' : error!.name };
      }
      case 'timer':
        return this.#fired(message.body.timerId, events[0]);
    }
  }

  #fired(timerId: string, first: RunEvent | undefined): Passage['happened'] {
    if (timerId === 'run') return { kind: 'out-of-time' };
    if (timerId.startsWith(CONTINUES)) return undefined;
    const place = this.#placeOf(timerId.slice(2));
    if (timerId.startsWith('w.')) return { kind: 'wait', place };
    if (timerId.startsWith('b.')) return { kind: 'backoff', place };
    if (timerId.startsWith('d.')) return { kind: 'deadline', place };
    // Whether it was the deadline or a silence, the clock of the worker decides and not the program.
    const closed = first as Extract<RunEvent, { type: 'attempt-closed' }>;
    return { kind: 'failed', place, attempt: closed.attempt, error: closed.outcome === 'heartbeat-lost' ? 'States.HeartbeatTimeout' : 'States.Timeout' };
  }

  /** Runs that it asks to stop. */
  #stops({ messages = [] }: HistoryTxn): string[] {
    return messages.flatMap((message) => {
      if (message.type !== 'cancel') return [];
      const { place, attempt } = this.#children.get(message.runId) ?? { place: `nowhere (${message.runId})`, attempt: 0 };
      return [givesUpRun(place, attempt)];
    });
  }

  #did(event: RunEvent, txn: HistoryTxn): string | undefined {
    const { messages = [] } = txn;
    switch (event.type) {
      case 'compensation-kept':
        return keeps(this.#placeOf(event.stepId), event.input);
      case 'compensation-begun':
        return beginsToUndo(event.ending.as);
      case 'compensation-started':
        return void this.#places.set(event.stepId, undoPlace(this.#placeOf(event.of)));
      case 'compensation-failed':
        return parks(this.#placeOf(event.stepId));
      case 'state-entered': {
        const branch = this.#branches.get(event.branch)!;
        branch.entered++;
        branch.place = `${branch.name}/${branch.entered}`;
        this.#places.set(event.stepId, branch.place);
        return enters(branch.place, event.state);
      }
      case 'attempt-opened':
        if (event.branch === UNDO_BRANCH) return undoes(this.#placeOf(event.stepId), event.attempt, givenTo(event, txn));
        return opens(this.#placeOf(event.stepId), event.attempt);
      case 'attempt-closed':
        return event.outcome === 'cancelled' || (event.outcome === 'timed-out' && this.#outOfTime) ? givesUp(this.#placeOf(event.stepId), event.attempt) : undefined;
      case 'signal-awaited':
        return awaits(this.#placeOf(event.stepId), event.name);
      case 'signal-taken':
        return takes(this.#placeOf(event.stepId), event.id);
      case 'child-started': {
        const { stepId, attempt, child } = event;
        this.#children.set(child, { place: this.#placeOf(stepId), attempt });
        const start = startOf(child, messages);
        return start === undefined ? `starts nothing at ${this.#placeOf(stepId)}` : starts(this.#placeOf(stepId), attempt, { program: start.body.def.name, input: start.body.input });
      }
      case 'event-emitted':
        return says(this.#placeOf(event.stepId), event.eventType, event.data);
      case 'run-continued': {
        const start = startOf(event.next, messages);
        return start === undefined ? 'goes on as nothing' : goesOn(start.body.def.name, start.body.input, start.body.signals?.buffered.map(({ id }) => id) ?? []);
      }
      case 'branches-opened': {
        const place = this.#placeOf(event.stepId);
        return void this.#rounds.set(place, (this.#rounds.get(place) ?? 0) + 1);
      }
      case 'branch-opened': {
        const { place } = this.#branches.get(event.parent)!;
        return void this.#branches.set(event.branch, { name: branchName(place, this.#rounds.get(place)!, event.index), entered: 0, place: '' });
      }
      case 'fan-out-paused':
        return void this.#paused.add(event.branch);
      case 'fan-out-resumed':
        return void this.#paused.delete(event.branch);
      default:
        return undefined;
    }
  }

  #placeOf = (stepId: string): string => this.#places.get(stepId) ?? `nowhere (${stepId})`;
}

const startOf = (runId: string, messages: readonly InboxMessage[]): StartMessage | undefined => messages.find((message) => message.type === 'start' && message.runId === runId) as StartMessage | undefined;

/** What the command of an attempt gives to its worker. */
function givenTo({ stepId, attempt }: Extract<RunEvent, { type: 'attempt-opened' }>, { outbox }: HistoryTxn): Json {
  const command = outbox.find((sent) => sent.t === 'run-step' && sent.stepId === stepId && sent.attempt === attempt);
  return command?.t === 'run-step' ? command.input : 'no command';
}
