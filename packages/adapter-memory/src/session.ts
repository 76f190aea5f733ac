/** One process as the broker sees it: what it subscribed to goes when it closes or dies, and a dead one writes nothing. */
import { OperatingError } from '@baton/contracts';

export interface SessionMember {
  /** Gone at once: nothing is settled, no position is written. */
  abandon(): void;
  stop(): Promise<void>;
}

export class Session {
  readonly #members = new Set<SessionMember>();
  #open = true;

  /** @throws OperatingError once closed or crashed. */
  check(): void {
    if (!this.#open) throw new OperatingError('unavailable', 'The connection to the embedded log is closed', { retry: 'no' });
  }

  add(member: SessionMember): void {
    this.#members.add(member);
  }

  remove(member: SessionMember): void {
    this.#members.delete(member);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#members].map((member) => member.stop()));
    this.#open = false;
  }

  /** As if the process had been killed. */
  crash(): void {
    this.#open = false;
    for (const member of this.#members) member.abandon();
    this.#members.clear();
  }
}
