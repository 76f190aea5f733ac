/** Somebody who speaks for attempts that are not his, or says something else about one that was. */
import type { InboxMessage, ResultMessage, RunStepCommand } from '@baton/contracts';
import type { World } from './world.ts';

/** What he says was done who contradicts himself. */
export const CONTRADICTION = 'CONTRADICTED';

export class Forger {
  readonly #world: World;
  #messages = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** He reads commands. */
  sees(command: RunStepCommand): void {
    const { faults, random } = this.#world;
    if (!faults.strikes('result-forged', 5)) return;
    const { stepId, attempt, token } = command;
    const forged = random.pick([
      // Without the token, for the attempt that is open.
      { stepId, attempt, token: 'forged' },
      // With the token of this attempt, for the next one, or for a step that may come.
      { stepId, attempt: attempt + 1, token },
      { stepId: stepId.replace(/\d+$/, (entry) => String(Number(entry) + 1)) as typeof stepId, attempt, token },
    ]);
    this.#say({ v: 1, id: `forged-${this.#messages++}`, type: 'result', runId: command.runId, ts: 0, token: forged.token, body: { stepId: forged.stepId, attempt: forged.attempt, worker: 'f', outcome: 'succeeded', output: { done: 'FORGED' } } }, random.int(0, random.pick([500, 15_000])));
  }

  /** A worker that was given the attempt, and whom nobody waits for any more, answers it once more. */
  hears(message: InboxMessage): void {
    const { faults, random } = this.#world;
    if (message.type !== 'result' || !faults.strikes('result-contradicted', 5)) return;
    const { stepId, attempt, worker, outcome } = message.body;
    const about = { stepId, attempt, worker };
    const body: ResultMessage['body'] = outcome === 'succeeded' && random.chance(500) ? { ...about, outcome: 'failed', error: { name: 'Contradicted', message: 'says another', kind: 'technical' } } : { ...about, outcome: 'succeeded', output: { done: CONTRADICTION, attempt } };
    this.#say({ ...message, id: `contradiction-${this.#messages++}`, body }, random.int(0, 15_000));
  }

  #say(message: InboxMessage, afterMs: number): void {
    this.#world.clock.after(afterMs, () => this.#world.inbox.receive(message, this.#world.clock.nowMs));
  }
}
