import { LIMITS, ROOT_BRANCH, utf8Length, type RunState, type StartMessage } from '@baton/contracts';
import { ignored, rejected, type Decision, type Facts } from '../decision.ts';
import { RUN_TIMER } from '../evolve.ts';
import { begin as beginStates } from '../interpreter.ts';
import { Unfolding } from '../unfolding.ts';
import { accepted } from './accepted.ts';
import { mayAskForInput } from './input-kept.ts';

export function start(state: RunState | undefined, message: StartMessage, facts: Facts): Decision {
  const { body } = message;
  if (state !== undefined) {
    const same = state.inputHash === body.inputHash && state.def.name === body.def.name;
    return same ? ignored('duplicate') : rejected('idempotency_conflict', `The run ${message.runId} was started with another input under the same idempotency key`);
  }
  const bytes = utf8Length(JSON.stringify(body.input));
  if (bytes > LIMITS.payloadBytes) return rejected('payload_too_large', `The input has ${bytes} bytes; at most ${LIMITS.payloadBytes} are allowed. Pass large things as artifacts`);
  const run = begin(message, facts);
  run.writtenBytes = bytes;
  beginStates({ run, branchId: ROOT_BRANCH }, facts.machine.StartAt);
  return accepted(run);
}

/** The run as it stands before its first state. */
export function begin({ id, runId, trace, body }: StartMessage, facts: Facts): Unfolding {
  const run = new Unfolding(undefined, facts);
  const { TimeoutSeconds: timeoutSeconds } = facts.machine;
  run.emit({
    type: 'run-started',
    runId,
    def: body.def,
    policy: facts.policy,
    input: body.input,
    inputHash: body.inputHash,
    startId: id,
    via: body.via,
    ...(trace !== undefined && { trace }),
    ...(timeoutSeconds !== undefined && { timer: run.arming(RUN_TIMER, 'run', run.nowMs + timeoutSeconds * 1_000) }),
  });
  if (body.continues !== undefined) run.emit({ type: 'continuation-linked', continues: body.continues, ...(body.signals !== undefined && { signals: body.signals }) });
  if (body.parent !== undefined) run.emit({ type: 'parent-linked', parent: body.parent });
  if (mayAskForInput(facts.machine)) run.emit({ type: 'input-kept' });
  return run;
}
