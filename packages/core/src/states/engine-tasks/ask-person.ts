/** `baton:askPerson`: rests until a person has answered what it asks, at most to a deadline; others are asked as well where nobody does. */
import { LIMITS, taskIdOf, type Json, type Question } from '@baton/contracts';
import { ASK_PERSON } from '@baton/workflow';
import { flowOf } from '../../data/data-flow.ts';
import { Scope } from '../../data/scope.ts';
import { bytesOf, dataBytesOf } from '../../data/size.ts';
import { deadlineTimer, escalationTimer } from '../../evolve.ts';
import { leaving } from '../leaving.ts';
import { failed, REST } from '../outcome.ts';
import { branchOf, type Place } from '../place.ts';
import { unexpected } from '../state-kind.ts';
import { deadlineOf, parametersOf, type EngineTask } from './engine-task.ts';

export const askPerson: EngineTask = {
  enter(state, place) {
    const { run, branchId } = place;
    const { Title: title, Description: description, Data: data, Form: form, Assignees: assignees = [], Escalate: steps = [] } = parametersOf(ASK_PERSON, state, place);
    const deadlineMs = deadlineOf(state, place);
    const escalations = steps.map(({ AfterSeconds: afterSeconds, Assignees }) => ({ afterSeconds, assignees: Assignees }));
    const question: Question = { ...(description !== undefined && { description }), ...(data !== undefined && { data }), form, ...(escalations.length > 0 && { escalations }) };
    const bytes = bytesOf(question as unknown as Json);
    if (bytes > LIMITS.questionBytes) return failed('States.DataLimitExceeded', `What is asked has ${bytes} bytes; at most ${LIMITS.questionBytes} are allowed. Pass large things as artifacts`);
    const held = dataBytesOf(run.state) + bytes;
    if (held > LIMITS.runDataBytes) return failed('States.DataLimitExceeded', `All data of the run would have ${held} bytes with what is asked; at most ${LIMITS.runDataBytes} are allowed`);
    const { stepId, attempt: last } = branchOf(place);
    const timer = run.arming(deadlineTimer(stepId), 'deadline', deadlineMs);
    run.writtenBytes += bytes;
    run.emit({
      type: 'question-asked',
      branch: branchId,
      stepId,
      attempt: last + 1,
      title,
      question,
      assignees: [...new Set(assignees)],
      deadlineMs,
      timer,
      ...(escalations.length > 0 && { escalation: { ...run.arming(escalationTimer(stepId), 'escalation', run.nowMs + escalations[0]!.afterSeconds * 1_000), ver: timer.ver + 1 } }),
    });
    return REST;
  },
  resumed(state, place, by) {
    if (by.kind === 'failed') return by;
    if (by.kind !== 'answered') return unexpected(state, by);
    const { run } = place;
    const { stepId, attempt } = branchOf(place);
    const result: Json = { Answer: by.answer, By: by.by ?? null, Via: by.via, Task: taskIdOf({ runId: run.state.runId, stepId, attempt }), AnsweredTime: new Date(run.nowMs).toISOString() };
    const scope = new Scope(place);
    return leaving(state, scope, { patch: flowOf(run.facts.machine, state).output(state, result, scope), result });
  },
};

/** Nobody has answered for so long that the next are asked as well. */
export function escalate({ run, branchId }: Place): void {
  const { awaits, stepId, attempt } = run.branch(branchId);
  const step = awaits?.kind === 'person' ? awaits.question.escalations?.[awaits.escalated] : undefined;
  if (awaits?.kind !== 'person' || step === undefined) throw new Error(`Expected ${stepId} to ask others as well, since its escalation is armed`);
  const next = awaits.question.escalations?.[awaits.escalated + 1];
  const escalation = next === undefined ? undefined : run.arming(escalationTimer(stepId), 'escalation', awaits.sinceMs + next.afterSeconds * 1_000);
  run.emit({ type: 'question-escalated', branch: branchId, stepId, attempt, title: awaits.name, assignees: step.assignees, ...(escalation !== undefined && { escalation }) });
}

/** Ends the wait of a branch for an answer that nobody wants any more. */
export function withdrawQuestion(place: Place): void {
  const { awaits, stepId, attempt } = branchOf(place);
  if (awaits?.kind === 'person') place.run.emit({ type: 'question-withdrawn', branch: place.branchId, stepId, attempt });
}
