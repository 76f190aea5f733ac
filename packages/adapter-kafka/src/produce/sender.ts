/**
 * One generation of an idempotent producer: it lives until its first failure.
 *
 * Invariants:
 * 1. One send at a time. kafkajs takes sequence numbers back on an error and lets the next send pass before the retry, so
 *    two at once can lose one and write the other twice.
 * 2. After a failed send it is never used again, and never sends again: its sockets are cut, because kafkajs would go on
 *    retrying after its caller has given up.
 * 3. Every partition that was sent is answered for, once. kafkajs drops records of a partition it has no metadata of
 *    without a word, and would write one twice after a change of leaders (leaders.ts).
 */
import type { Message, Producer } from 'kafkajs';
import { createClient } from '../client/clients.ts';
import type { Sockets } from '../client/sockets.ts';
import { withDeadline } from '../deadline.ts';
import type { KafkaSettings } from '../options.ts';
import { offsetsOf } from './answers.ts';
import { Leaders } from './leaders.ts';
import type { Stretch } from './outgoing.ts';

/** What the batching needs of a producer. */
export interface Sender {
  /** @returns the offset of the first record of each stretch. */
  send(stretches: readonly Stretch[]): Promise<readonly number[]>;
  /** Ends it without waiting for anything. */
  drop(): void;
  close(): Promise<void>;
}

const RETRY_STEP_MS = 500;

export async function openSender(settings: KafkaSettings): Promise<Sender> {
  const { kafka, sockets } = createClient(settings, 'while-sending');
  const { sendMs, connectMs, requestMs } = settings.timeouts;
  const leaders = new Leaders();
  const producer = kafka.producer({
    idempotent: true,
    allowAutoTopicCreation: false,
    maxInFlightRequests: 1,
    createPartitioner: leaders.partitioner,
    // Said explicitly: an idempotent producer that is given none falls back to five. Enough of them to outlast the
    // deadline, which is the judge; but not without end, or a dropped producer would never rest.
    retry: { initialRetryTime: 50, maxRetryTime: RETRY_STEP_MS, factor: 0.2, multiplier: 2, retries: 10 + Math.ceil((2 * sendMs) / RETRY_STEP_MS) },
  });
  try {
    await withDeadline(connectMs + requestMs, 'Connecting a producer', producer.connect());
  } catch (error) {
    sockets.cut();
    void producer.disconnect().catch(() => undefined);
    throw error;
  }
  return new KafkajsSender(producer, sockets, leaders, settings);
}

class KafkajsSender implements Sender {
  readonly #producer: Producer;
  readonly #sockets: Sockets;
  readonly #leaders: Leaders;
  readonly #settings: KafkaSettings;
  #busy = false;

  constructor(producer: Producer, sockets: Sockets, leaders: Leaders, settings: KafkaSettings) {
    this.#producer = producer;
    this.#sockets = sockets;
    this.#leaders = leaders;
    this.#settings = settings;
  }

  async send(stretches: readonly Stretch[]): Promise<readonly number[]> {
    if (this.#busy) throw new Error('Expected one send at a time, but another is in flight');
    this.#busy = true;
    this.#leaders.begin(stretches);
    const { sendMs, requestMs } = this.#settings.timeouts;
    const topics = new Map<string, Message[]>();
    for (const { topic, messages } of stretches) {
      const known = topics.get(topic);
      if (known === undefined) topics.set(topic, [...messages]);
      else for (const message of messages) known.push(message);
    }
    const sent = this.#producer.sendBatch({ acks: -1, timeout: requestMs, topicMessages: [...topics].map(([topic, messages]) => ({ topic, messages })) });
    const answers = await withDeadline(sendMs, 'Writing to Kafka', sent);
    const offsets = offsetsOf(stretches, answers);
    this.#busy = false;
    return offsets;
  }

  drop(): void {
    this.#sockets.cut();
    void this.#producer.disconnect().catch(() => undefined);
  }

  async close(): Promise<void> {
    try {
      await withDeadline(this.#settings.timeouts.closeMs, 'Disconnecting a producer', this.#producer.disconnect());
    } finally {
      this.#sockets.cut();
    }
  }
}
