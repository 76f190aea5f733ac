/**
 * `baton:continueAs`: the run ends, and another goes on in its place with what this state gives it and nothing else. What has been
 * said to it and nobody has taken goes along.
 */
import { continuedRunId, LIMITS, ROOT_BRANCH } from '@baton/contracts';
import { CONTINUE_AS } from '@baton/workflow';
import { flowOf } from '../../data/data-flow.ts';
import { Scope } from '../../data/scope.ts';
import { bytesOf, signalBytesOf } from '../../data/size.ts';
import { leaving } from '../leaving.ts';
import { failed } from '../outcome.ts';
import { branchOf } from '../place.ts';
import { unexpected } from '../state-kind.ts';
import { parametersOf, type EngineTask } from './engine-task.ts';
import { startMessage } from './start-message.ts';

export const continueAs: EngineTask = {
  enter(state, place) {
    const { run, branchId } = place;
    const { runId, parent, continues, signals, def: own } = run.state;
    const { Workflow: workflow = own.name, Input: input = {} } = parametersOf(CONTINUE_AS, state, place);
    // The checks refuse it already.
    if (branchId !== ROOT_BRANCH) return failed('Baton.CannotContinue', 'A branch of a Parallel or Map cannot end the whole run');
    if (parent?.waits === true) return failed('Baton.CannotContinue', `The run ${parent.runId} waits for the end of this one, so it cannot go on as another`);
    const next = continuedRunId(runId);
    const def = run.facts.workflow?.(workflow, next);
    if (def === undefined) return failed('Baton.UnknownWorkflow', `There is no version of the workflow ${workflow} that takes starts`);
    const bytes = bytesOf(input);
    if (bytes > LIMITS.payloadBytes) return failed('States.DataLimitExceeded', `The input of ${workflow} has ${bytes} bytes; at most ${LIMITS.payloadBytes} are allowed. Pass large things as artifacts`);
    const { stepId } = branchOf(place);
    const result = { RunId: next, Workflow: workflow };
    const scope = new Scope(place);
    // First what can fail: a run goes on as another only where it ends.
    const outcome = leaving(state, scope, { patch: flowOf(run.facts.machine, state).output(state, result, scope), result });
    run.emit({ type: 'run-continued', branch: branchId, stepId, next, def });
    const link = { runId, first: continues?.first ?? runId, number: (continues?.number ?? 1) + 1 };
    const left = signals === undefined ? undefined : { seen: [...signals.seen], buffered: signals.buffered.map((signal) => ({ ...signal })) };
    run.sendMessage(startMessage(run, next, { def, input, continues: link, ...(parent !== undefined && { parent }), ...(left !== undefined && { signals: left }) }), bytes + (signals === undefined ? 0 : signalBytesOf(signals)));
    return outcome;
  },
  resumed: (state, _place, by) => unexpected(state, by),
};
