/** The floor's producer: one request in flight, everything that is ready goes with the next one. kafkajs and nothing else. */
import type { Producer, TopicMessages } from 'kafkajs';

interface Waiting {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
  readonly value: string;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

export class CoalescingProducer {
  readonly #producer: Producer;
  #waiting: Waiting[] = [];
  #busy = false;

  constructor(producer: Producer) {
    this.#producer = producer;
  }

  /** Resolves when the broker has acknowledged it. */
  send(topic: string, partition: number, key: string, value: string): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ topic, partition, key, value, done, failed });
      if (!this.#busy) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    await null; // whatever the same turn of the loop has to say goes along
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0);
      const topics = new Map<string, TopicMessages>();
      for (const { topic, partition, key, value } of batch) {
        const entry = topics.get(topic) ?? { topic, messages: [] };
        entry.messages.push({ partition, key, value });
        topics.set(topic, entry);
      }
      try {
        await this.#producer.sendBatch({ acks: -1, topicMessages: [...topics.values()] });
        for (const { done } of batch) done();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    this.#busy = false;
  }
}
