/**
 * Carrying a partition's runs forward, so that neither a wiped view nor the end of the history's retention can take them:
 * an image of every run goes into the history, and into a checkpoint where there is a place for one.
 *
 * It begins at a claim. The view holds every run as it was at that claim, or later, so images need not be of one moment:
 * whoever begins with them reads the history from the claim on, and a transition that an image has already is known by its
 * seq. So the lane goes on with its work in between.
 */
import { CARRIED_KEY, encodeHistoryRecord, hashJson, imageVersion, utf8Length } from '@baton/contracts';
import type { CheckpointHead, Checkpoints, CheckpointWriter, RunWrite } from '@baton/ports';
import { withDeadline } from '../deadline.ts';
import { MAX_TRANSITION_BYTES } from './batch.ts';
import { ViewLost } from './publishing.ts';
import type { Surroundings } from './surroundings.ts';

/** Runs of one piece: their histories come along. */
const PIECE_RUNS = 100;

export interface HistoryLine {
  readonly key: string;
  readonly value: string;
}

export class CarryForward {
  readonly head: CheckpointHead;
  readonly #partition: number;
  readonly #around: Surroundings;
  readonly #startedMs: number;
  #checkpoint: CheckpointWriter | undefined;
  #cursor: string | undefined;
  #begun = false;
  #runs = 0;
  readonly #tooLarge: string[] = [];

  constructor(partition: number, head: CheckpointHead, around: Surroundings) {
    this.#partition = partition;
    this.head = head;
    this.#around = around;
    this.#startedMs = around.clock.nowMs();
  }

  /**
   * The next images, in appends of bounded size; undefined where every run has its image.
   * @throws ViewLost where the view is not what this lane has written.
   */
  async piece(): Promise<readonly (readonly HistoryLine[])[] | undefined> {
    const { index, clock, options } = this.#around;
    if (!this.#begun) {
      this.#begun = true;
      await this.#begin();
    } else if (this.#cursor === undefined) {
      return undefined;
    }
    const { epoch } = this.head;
    const query = { limit: PIECE_RUNS, ...(this.#cursor !== undefined && { cursor: this.#cursor }) };
    const found = await withDeadline(clock, options.callDeadlineMs, 'reading runs from the view', index.scan(this.#partition, query, { epoch, histOff: epoch }));
    if (found === 'lost') throw new ViewLost('gap');
    this.#cursor = found.cursor;
    await this.#toCheckpoint('write', async () => this.#checkpoint?.add(found.runs));
    this.#runs += found.runs.length;
    return this.#writesImages ? this.#appends(found.runs) : [];
  }

  /** Whether every image stands in the history: engines that know version 1 alone could not follow them, and what fits no record is not there. */
  get inHistory(): boolean {
    return this.#writesImages && this.#tooLarge.length === 0;
  }

  /** One that begins after it was given up lacks what was read meanwhile: nobody may finish it. */
  async #begin(): Promise<void> {
    let beginning: Promise<CheckpointWriter> | undefined;
    this.#checkpoint = await this.#toCheckpoint('begin', (checkpoints) => (beginning = checkpoints.begin(this.#partition, this.head)));
    if (this.#checkpoint === undefined) beginning?.then((late) => late.abort()).catch(() => undefined);
  }

  /** What says in the history that every run has its image. */
  end({ inboxOff, disp }: { readonly inboxOff: number; readonly disp: number }): HistoryLine {
    const { epoch, beganMs } = this.head;
    return { key: CARRIED_KEY, value: encodeHistoryRecord({ v: 2, t: 'carried', epoch, inboxOff, disp, runs: this.#runs, beganMs }) };
  }

  get #writesImages(): boolean {
    return this.#around.options.historyVersion >= 2;
  }

  #appends(runs: readonly RunWrite[]): HistoryLine[][] {
    const { epoch } = this.head;
    const appends: HistoryLine[][] = [];
    let room = 0;
    for (const { state } of runs) {
      const value = encodeHistoryRecord({ v: imageVersion(state), t: 'image', epoch, state, stateHash: hashJson(state) });
      const bytes = utf8Length(value);
      if (bytes > MAX_TRANSITION_BYTES) {
        this.#tooLarge.push(state.runId);
        continue;
      }
      if (bytes > room) {
        appends.push([]);
        room = this.#around.options.batchBytes;
      }
      appends.at(-1)!.push({ key: state.runId, value });
      room -= bytes;
    }
    return appends;
  }

  /** @returns whether the runs are in safety: in the history, or else in a checkpoint. */
  async finish(): Promise<boolean> {
    const checkpoint = this.#checkpoint;
    const written = checkpoint !== undefined && (await this.#toCheckpoint('commit', () => checkpoint.commit().then(() => true))) === true;
    this.#checkpoint = undefined;
    const safe = written || this.inHistory;
    const { observer, clock } = this.#around;
    if (this.#tooLarge.length > 0) observer.lane({ partition: this.#partition, what: 'carry-failed', count: this.#tooLarge.length, detail: `the image of ${this.#tooLarge.slice(0, 5).join(', ')} fits no record of the history` });
    if (safe) observer.lane({ partition: this.#partition, what: 'carried', count: this.#runs, durationMs: clock.nowMs() - this.#startedMs });
    return safe;
  }

  /** Leaves nothing half-written behind. */
  async abandon(): Promise<void> {
    await this.#checkpoint?.abort().catch(() => undefined);
  }

  /** A checkpoint makes a restore fast, and the images in the history do without it: trouble with it is told and disturbs nobody. @returns undefined where there is none, or none any more. */
  async #toCheckpoint<T>(what: string, work: (checkpoints: Checkpoints) => Promise<T>): Promise<T | undefined> {
    const { checkpoints, clock, options, observer } = this.#around;
    if (checkpoints === undefined) return undefined;
    try {
      return await withDeadline(clock, options.publishDeadlineMs, `${what} a checkpoint`, work(checkpoints));
    } catch (error) {
      observer.lane({ partition: this.#partition, what: 'checkpoint-failed', detail: error instanceof Error ? error.message : String(error) });
      await this.abandon();
      this.#checkpoint = undefined;
      return undefined;
    }
  }
}
