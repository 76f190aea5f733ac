import { LIMITS, ROOT_BRANCH, utf8Length, type RunState, type StartMessage } from '@baton/contracts';
import { ignored, rejected, type Decision, type Facts } from '../decision.ts';
import { RUN_TIMER } from '../evolve.ts';
import { enterState } from '../interpreter.ts';
import { Unfolding } from '../unfolding.ts';
import { accepted } from './accepted.ts';

export function start(state: RunState | undefined, message: StartMessage, facts: Facts): Decision {
  const { body } = message;
  if (state !== undefined) {
    const same = state.inputHash === body.inputHash && state.def.name === body.def.name;
    return same ? ignored('duplicate') : rejected('idempotency_conflict', `The run ${message.runId} was started with another input under the same idempotency key`);
  }
  const bytes = utf8Length(JSON.stringify(body.input));
  if (bytes > LIMITS.payloadBytes) return rejected('payload_too_large', `The input has ${bytes} bytes; at most ${LIMITS.payloadBytes} are allowed. Pass large things as artifacts`);
  const run = new Unfolding(undefined, facts);
  const { TimeoutSeconds: timeoutSeconds, StartAt: startAt } = facts.machine;
  run.emit({
    type: 'run-started',
    runId: message.runId,
    def: body.def,
    policy: facts.policy,
    input: body.input,
    inputHash: body.inputHash,
    startId: message.id,
    via: body.via,
    ...(message.trace !== undefined && { trace: message.trace }),
    ...(timeoutSeconds !== undefined && { timer: run.arming(RUN_TIMER, 'run', run.nowMs + timeoutSeconds * 1_000) }),
  });
  enterState({ run, branchId: ROOT_BRANCH }, startAt);
  return accepted(run);
}
