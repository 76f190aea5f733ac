/**
 * A worker that gives the answers which were recorded on AWS: by the name of the state and in the order of its attempts. In a
 * fan-out several entries into one state are told apart by what they are given.
 */
import type { Json, RunError } from '@baton/contracts';
import type { Answer, AttemptSeen, Said } from '../drive.ts';
import { differences, MASKED, same } from '../match.ts';
import { lambdaAnswer } from './lambdas.ts';
import type { RecordedCase, RecordedTask } from './recorded.ts';

export class Replay {
  readonly #case: RecordedCase;
  readonly #left: RecordedTask[];
  readonly #problems: string[] = [];
  /** An answer was asked for of a case that has none: nobody knows what would have come. */
  notRecorded = false;

  constructor(recorded: RecordedCase) {
    this.#case = recorded;
    this.#left = [...(recorded.recordedTasks ?? [])];
  }

  answer(attempt: AttemptSeen): Answer {
    const { lambdas: [lambda] = [], recordedTasks } = this.#case;
    const task = this.#take(attempt);
    // An attempt whose end was not linked to its beginning is answered as its function would; without one, a fan-out had ended before it.
    if (task !== undefined) return task.outcome === undefined && lambda !== undefined ? lambdaAnswer(lambda.behaviour, attempt.input) : answerOf(task);
    if (lambda !== undefined && recordedTasks === undefined) return lambdaAnswer(lambda.behaviour, attempt.input);
    this.notRecorded ||= recordedTasks === undefined;
    this.#problems.push(`an attempt at ${attempt.state} that was not made on AWS, with the input ${JSON.stringify(attempt.input)}`);
    return { outcome: 'failed', error: { name: 'Conformance.NotRecorded', message: 'No answer was recorded', kind: 'technical' } };
  }

  /** Attempts that only one of the two made. */
  problems(): readonly string[] {
    const missing = this.#left.filter(({ outcome }) => outcome !== undefined).map(({ state }) => `an attempt at ${state ?? 'a state'} that was made on AWS is missing`);
    return [...this.#problems, ...missing];
  }

  #take({ state, input }: AttemptSeen): RecordedTask | undefined {
    const fitting = this.#left.filter((task) => task.state === state || task.state === null);
    const taken = fitting.find((task) => same(given(task), input)) ?? fitting.find((task) => differences(given(task), input, MASKED).length === 0) ?? fitting[0];
    if (taken !== undefined) this.#left.splice(this.#left.indexOf(taken), 1);
    return taken;
  }
}

const given = ({ input, parameters }: RecordedTask): Json | undefined => (input !== undefined ? input : parameters);

function answerOf(task: RecordedTask): Answer {
  const said = endOf(task);
  const waitedForToken = task.resource?.endsWith('.waitForTaskToken') === true && (task.submitted !== undefined || task.outcome?.type !== 'Failed');
  return waitedForToken ? { passedOn: task.submitted?.output ?? null, byToken: said } : said;
}

function endOf({ outcome }: RecordedTask): Said {
  if (outcome === undefined || outcome.type === 'TimedOut') return 'silence';
  if (outcome.type === 'Succeeded') return { outcome: 'succeeded', output: outcome.output ?? null };
  return { outcome: 'failed', error: recordedError(outcome.error, outcome.cause) };
}

/** A failure as it was told to AWS. Its cause is text there; the recordings hold one that is JSON as the value. */
export function recordedError(error: string | undefined, cause: Json | undefined): RunError {
  return { name: error ?? 'States.TaskFailed', message: cause === undefined ? '' : typeof cause === 'string' ? cause : JSON.stringify(cause), kind: 'technical' };
}
