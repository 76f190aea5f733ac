import { ContractError, LIMITS, readAnswer, type AnswerMessage, type JsonObject, type RunState } from '@baton/contracts';
import { bytesOf } from '../data/size.ts';
import { ignored, rejected, type Decision, type Facts } from '../decision.ts';
import { answerKey } from '../evolve/questions.ts';
import { resume } from '../interpreter.ts';
import { Unfolding } from '../unfolding.ts';
import { accepted } from './accepted.ts';

/** The first answer that fits the form is taken; whatever comes after it is late. */
export function answer(state: RunState, { body, by }: AnswerMessage, facts: Facts): Decision {
  const { stepId, attempt, answerId: id, answer: given, via } = body;
  const found = Object.entries(state.branches).find(([, branch]) => branch.stepId === stepId && branch.attempt === attempt && branch.awaits?.kind === 'person');
  if (found === undefined) return ignored(state.steps.findLast((step) => step.stepId === stepId)?.question?.answer === answerKey(id) ? 'duplicate' : 'late');
  const [branchId, { awaits }] = found;
  if (awaits?.kind !== 'person') throw new Error(`Expected ${stepId} to ask a person`);
  const bytes = bytesOf(given);
  if (bytes > LIMITS.payloadBytes) return rejected('payload_too_large', `The answer has ${bytes} bytes; at most ${LIMITS.payloadBytes} are allowed. Pass large things as artifacts`);
  let fits: JsonObject;
  try {
    fits = readAnswer(awaits.question.form, given);
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    return rejected('invalid_answer', `The answer does not fit the form: ${error.message}`);
  }
  const run = new Unfolding(state, facts);
  run.writtenBytes = bytes;
  run.emit({ type: 'question-answered', branch: branchId, stepId, attempt, id, answer: fits, via, ...(by !== undefined && { by }) });
  resume({ run, branchId }, { kind: 'answered', answer: fits, by, via });
  return accepted(run);
}
