/** The inbox, with what the world knows of its messages: the watch reads what caused a transition, and not what the engine says of it. */
import { partitionOf, type InboxMessage, type ResultMessage } from '@baton/contracts';
import { isGenuine, keyOf } from './tokens.ts';
import { Topic } from './topic.ts';

export class InboxLog extends Topic {
  /** By partition and offset; undefined where the bytes are no message. */
  readonly messages: readonly (InboxMessage | undefined)[][];
  /** The first genuine result of each attempt, by its key. */
  readonly firstResults = new Map<string, { readonly offset: number; readonly message: ResultMessage }>();

  readonly #waiting: (() => void)[][];

  constructor(partitions: number) {
    super(partitions);
    this.#waiting = Array.from({ length: partitions }, () => []);
    this.messages = Array.from({ length: partitions }, () => []);
  }

  receive(message: InboxMessage, timestampMs: number): void {
    const partition = partitionOf(message.runId, this.partitions.length);
    const offset = this.append(partition, [{ key: message.runId, value: JSON.stringify(message), timestampMs }]);
    this.messages[partition]!.push(message);
    if (message.type === 'result' && isGenuine(message) && !this.firstResults.has(keyOf(message))) this.firstResults.set(keyOf(message), { offset, message });
    this.wake(partition);
  }

  receiveRaw(partition: number, value: string, timestampMs: number): void {
    this.append(partition, [{ key: null, value, timestampMs }]);
    this.messages[partition]!.push(undefined);
    this.wake(partition);
  }

  /** Calls once there may be something new. */
  onNext(partition: number, look: () => void): void {
    this.#waiting[partition]!.push(look);
  }

  /** Lets all look again who wait for something new. */
  wake(partition: number): void {
    for (const look of this.#waiting[partition]!.splice(0)) look();
  }
}
