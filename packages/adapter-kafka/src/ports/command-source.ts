/**
 * Commands of one service, shared among its processes.
 *
 * A record's promise resolves within about a second (its result, or the lease that stands for it, is acknowledged), so a
 * rejoin waits for the promises of what was handed over and writes the positions before the partitions change hands:
 * nothing runs twice because of a rebalance. Fetching goes on meanwhile (see group/member.ts): one slow record holds up
 * neither its own partition nor the others.
 */
import { topicNames } from '@baton/contracts';
import type { CommandHandler, CommandSource, CommandSubscription } from '@baton/ports';
import type { Stretch } from '../group/feed.ts';
import { GroupMember } from '../group/member.ts';
import { Positions } from '../group/positions.ts';
import { groupNames } from '../groups.ts';
import type { KafkaSettings } from '../options.ts';
import type { TopicCatalogue } from '../topics/catalogue.ts';

export function createCommandSource(settings: KafkaSettings, plan: { readonly catalogue: TopicCatalogue; readonly members: Set<GroupMember> }): CommandSource {
  return {
    async subscribe(service, handler) {
      const topic = topicNames(settings.namespace).command(service);
      await plan.catalogue.require(topic);
      const handing = new HandingOver(topic, handler);
      const member = await GroupMember.join(settings, {
        groupId: groupNames(settings.namespace).steps(service),
        topic,
        assigned: () => handing.begin((partition, offset) => member.commit(partition, offset)),
        deliver: (stretch, lost) => handing.deliver(stretch, lost),
        settled: () => handing.settled(),
        crashed: (error) => handler.crashed(error),
      });
      plan.members.add(member);
      const subscription: CommandSubscription = {
        pause: () => handing.pause(),
        resume: () => handing.resume(),
        stop: () => member.stop().finally(() => plan.members.delete(member)),
      };
      return subscription;
    },
  };
}

/** What is handed over and not done, and whether more may follow. */
export class HandingOver {
  readonly #topic: string;
  readonly #handler: CommandHandler;
  readonly #undone = new Set<Promise<void>>();
  #positions = new Positions();
  #commit: (partition: number, offset: number) => void = () => undefined;
  #paused = false;
  #waiting: (() => void)[] = [];

  constructor(topic: string, handler: CommandHandler) {
    this.#topic = topic;
    this.#handler = handler;
  }

  /** A new assignment: positions of the one before count no longer. */
  begin(commit: (partition: number, offset: number) => void): void {
    this.#positions = new Positions();
    this.#commit = commit;
  }

  /** Resolves when all records are handed over; that they are done is seen from the positions. */
  async deliver(stretch: Stretch, lost: AbortSignal): Promise<void> {
    for (const record of stretch.records) {
      while (this.#paused && !lost.aborted) await this.#untilResumed(lost);
      if (lost.aborted) return;
      const positions = this.#positions;
      positions.handedOver(record.partition, record.offset);
      const done = this.#handler
        .command({ ...record, topic: this.#topic })
        .then(() => {
          const next = positions.done(record.partition, record.offset);
          if (next !== undefined && positions === this.#positions) this.#commit(record.partition, next);
        })
        // It must not reject; where it does, its position does not move, so the record comes again after a restart.
        .catch(() => undefined)
        .finally(() => this.#undone.delete(done));
      this.#undone.add(done);
    }
  }

  async settled(): Promise<void> {
    while (this.#undone.size > 0) await Promise.all(this.#undone);
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    for (const go of this.#waiting.splice(0)) go();
  }

  #untilResumed(lost: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const go = (): void => {
        lost.removeEventListener('abort', go);
        resolve();
      };
      this.#waiting.push(go);
      lost.addEventListener('abort', go, { once: true });
    });
  }
}
