/** Answers that no step service has given: written to the inbox as one would, late, forged or by hand. */
import { partitionOf, readInboxMessage, type InboxMessage, type RunStepCommand } from '@baton/contracts';
import { eventually } from './eventually.ts';
import { PARTITIONS, type System } from './system.ts';

export interface Answers {
  /** The first command of a run's step, as the history has it. */
  commandOf(runId: string, step: string): Promise<RunStepCommand>;
  answer(command: RunStepCommand, output: Record<string, string>, changes?: Partial<RunStepCommand>): InboxMessage;
  /** @returns the offset in the run's partition of the inbox. */
  send(message: InboxMessage): Promise<number>;
  /** Everything that was in the run's partition of the inbox before has been decided on: a record behind it has become a dead letter. */
  decidedOn(runId: string): Promise<void>;
}

export function answersOf(system: System): Answers {
  return {
    commandOf: (runId, step) =>
      eventually(async () => [...(await system.truth()).commands.values()].find((command) => command.runId === runId && command.step === step) as RunStepCommand | undefined, `the command of ${step}`),
    answer(command, output, changes = {}) {
      const { runId, stepId, attempt, token } = { ...command, ...changes };
      return readInboxMessage(JSON.stringify({ v: 1, id: `result-${Object.values(output).join('-').replaceAll(' ', '-')}-${runId}`.slice(0, 128), runId, ts: Date.now(), token, type: 'result', body: { stepId, attempt, outcome: 'succeeded', output, worker: 'somebody' } }));
    },
    send: (message) => system.wire.write(system.names.inbox, { partition: partitionOf(message.runId, PARTITIONS), key: message.runId, value: JSON.stringify(message) }),
    async decidedOn(runId) {
      const partition = partitionOf(runId, PARTITIONS);
      await system.wire.deadLetterOf(system.names.inbox, partition, await system.wire.write(system.names.inbox, { partition, value: 'a mark in the sand' }));
    },
  };
}
