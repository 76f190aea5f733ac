/**
 * How an owner decides that follows a dead one. The message that kills the process is among the first after the position, but
 * nobody knows which, since an owner in full swing writes nothing down. So its successor notes each of these before it decides
 * on it, and takes the note back as soon as it has; an offset where owners died with such a note, twice, is not decided on again:
 * its run is parked, and the partition goes on (F20).
 *
 * Being killed from outside looks like that only in the moment between note and decision, and counts only where it happens
 * twice at the same offset. What fails without dying says so, sooner or later.
 */
import { OperatingError } from '@baton/contracts';
import type { Aftermath } from '@baton/ports';
import { pause, withDeadline } from '../deadline.ts';
import type { Surroundings } from './surroundings.ts';

/** As many owners must have died at an offset. */
const DEATHS_OF_POISON = 2;
/** Positions are written down after so many messages that changed nothing; the dead owner's batch began somewhere behind. */
export const UNMARKED_MESSAGES = 1_000;
/** An owner that failed because Redis is away says later that it lives, but not for ever. */
const SAY_AGAIN_MS = 1_000;
const SAY_AGAIN_TIMES = 600;

interface Owner {
  readonly partition: number;
  readonly epoch: number;
  /** Inbox offset of the first message it decides on. */
  readonly position: number;
}

export class Caution {
  readonly #owner: Owner;
  readonly #around: Surroundings;
  /** Offsets up to here are noted before they are decided on. */
  readonly #until: number;
  readonly #suspect: Aftermath['suspect'];
  #lastNoteEnded: Promise<void> | undefined;

  private constructor(owner: Owner, around: Surroundings, { died, suspect }: Aftermath) {
    this.#owner = owner;
    this.#around = around;
    this.#suspect = suspect;
    this.#until = Math.max(died ? owner.position + UNMARKED_MESSAGES + around.options.batchRecords : -1, suspect === undefined ? -1 : suspect.offset + 1);
  }

  static async begin(owner: Owner, around: Surroundings): Promise<Caution> {
    const { poison, clock, options, observer } = around;
    if (poison === undefined) return new Caution(owner, around, { died: false });
    const { partition, epoch, position } = owner;
    const aftermath = await withDeadline(clock, options.callDeadlineMs, 'asking how the owners before ended', poison.begin(partition, { epoch, position }));
    const { died, suspect } = aftermath;
    if (died || suspect !== undefined) observer.lane({ partition, what: 'careful', detail: `${died ? 'the owner before has died' : 'an owner before has died'}${suspect === undefined ? '' : `; ${suspect.deaths} died while deciding on inbox offset ${suspect.offset}`}` });
    return new Caution(owner, around, aftermath);
  }

  /** How many owners have died of this record, where that is enough not to decide on it. */
  deathsOf(offset: number): number | undefined {
    return this.#suspect !== undefined && this.#suspect.offset === offset && this.#suspect.deaths >= DEATHS_OF_POISON ? this.#suspect.deaths : undefined;
  }

  /** Whether records from this offset on may have to be noted. */
  covers(offset: number): boolean {
    return offset < this.#until;
  }

  /** Decides on a record, noting it where that is due. */
  async over<T>(offset: number, decideOn: () => T): Promise<T> {
    const { poison, clock, options } = this.#around;
    if (poison === undefined || !this.covers(offset)) return decideOn();
    const { partition, epoch } = this.#owner;
    await withDeadline(clock, options.callDeadlineMs, 'noting what is decided on', poison.deciding(partition, { epoch, offset }));
    const decided = decideOn();
    // On its way at once, so that a process that is killed now did not die of this; it is waited for at the end.
    this.#lastNoteEnded = withDeadline(clock, options.callDeadlineMs, 'taking back what was noted', poison.decided(partition, { epoch, offset }));
    this.#lastNoteEnded.catch(() => undefined);
    return decided;
  }

  /** Resolves when nothing is noted any more: what comes next is not deciding. */
  async settled(): Promise<void> {
    await this.#lastNoteEnded;
    this.#lastNoteEnded = undefined;
  }

  /** The owner lives. Resolves once that was said for the first time, whether or not anybody heard. */
  async end(): Promise<void> {
    if ((await this.#sayEnded()) !== 'again') return;
    void (async () => {
      for (let i = 0; i < SAY_AGAIN_TIMES; i++) {
        await pause(this.#around.clock, SAY_AGAIN_MS);
        if ((await this.#sayEnded()) !== 'again') return;
      }
    })();
  }

  async #sayEnded(): Promise<'over' | 'again'> {
    const { poison, clock, options } = this.#around;
    if (poison === undefined) return 'over';
    const { partition, epoch } = this.#owner;
    return withDeadline(clock, options.callDeadlineMs, 'saying that an owner lives', poison.ended(partition, { epoch })).then(
      () => 'over',
      // A connection that was closed stays closed.
      (error: unknown) => (error instanceof OperatingError && error.retry === 'no' ? 'over' : 'again'),
    );
  }
}
