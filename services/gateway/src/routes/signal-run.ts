import { randomUUID } from 'node:crypto';
import { hash128, LIMITS, Name, readTraceContext, readValue, RunId, SignalRunRequest, utf8Length, type SignalMessage, type SignalRunResponse } from '@baton/contracts';
import { withDeadline } from '../deadline.ts';
import type { Door } from '../door.ts';
import { idempotencyKeyOf } from '../http/idempotency-key.ts';
import { readQuery } from '../http/query.ts';
import { readOptionalJson } from '../http/request-body.ts';
import { param, type Handler } from '../http/route.ts';
import { Refusal } from '../refusal.ts';
import { unknownRun } from '../views/reads.ts';
import { openRun } from './open-run.ts';

/** POST /v1/runs/:runId/signals/:name: 202 once the log has the signal. It needs the log alone. */
export function signalRun(door: Door): Handler {
  return async (request, response) => {
    readQuery(request, {});
    const body = readValue(SignalRunRequest, await readOptionalJson(request, door.jsonLimits));
    const id = idempotencyKeyOf(request, { inBody: body.id, field: 'id' }) ?? randomUUID();
    const runId = RunId.safeParse(param(request, 'runId'));
    if (!runId.success) throw unknownRun(param(request, 'runId'));
    const name = Name.safeParse(param(request, 'name'));
    if (!name.success) throw new Refusal('schema', "Expected the name of a signal: 1 to 128 letters, digits, '.', '_' or '-', beginning with a letter or digit", { problems: [{ field: 'name', message: 'is no name of a signal' }] });
    const data = body.data ?? null;
    const bytes = utf8Length(JSON.stringify(data));
    if (bytes > LIMITS.payloadBytes) throw new Refusal('payload_too_large', `Expected data of at most ${LIMITS.payloadBytes} bytes, but found ${bytes}; upload large content to /v1/artifacts and pass the reference`);
    await requireRoom(door, runId.data, { id, name: name.data, bytes });
    const trace = door.currentTrace() ?? readTraceContext({ traceparent: request.get('traceparent'), tracestate: request.get('tracestate') });
    const message: SignalMessage = {
      v: 1,
      id: `signal-${hash128(`${runId.data}\n${id}`)}`,
      runId: runId.data,
      ts: door.clock.nowMs(),
      type: 'signal',
      body: { signalId: id, name: name.data, data },
      ...(trace !== undefined && { trace }),
    };
    await withDeadline(door.clock, door.config.sendDeadlineMs, 'Kafka', door.ports.inbox.send([message]));
    door.log.info({ runId: runId.data, signal: name.data }, 'signal accepted');
    response.status(202).location(`/v1/runs/${runId.data}`).json({ runId: runId.data, name: name.data, id, status: 'accepted' } satisfies SignalRunResponse);
  };
}

/** As far as the view knows; the engine has the last word, and makes a dead letter of what it cannot keep. */
async function requireRoom(door: Door, runId: RunId, { id, name, bytes }: { readonly id: string; readonly name: string; readonly bytes: number }): Promise<void> {
  const state = await openRun(door, runId, 'nothing takes a signal any more');
  const { buffered = [], seen = [] } = state?.signals ?? {};
  // The engine counts somewhat more for each, so nothing is refused here that it would keep.
  const wouldHave = buffered.reduce((sum, { data }) => sum + utf8Length(JSON.stringify(data)), bytes);
  const tooMany = buffered.length >= LIMITS.bufferedSignals;
  if ((!tooMany && wouldHave <= LIMITS.bufferedSignalBytes) || seen.includes(hash128(id))) return;
  if (Object.values(state?.branches ?? {}).some(({ awaits }) => awaits?.kind === 'signal' && awaits.name === name)) return;
  throw new Refusal('too_many_signals', tooMany ? `${buffered.length} signals of the run ${runId} wait to be taken; at most ${LIMITS.bufferedSignals} may` : `The signals of the run ${runId} that wait to be taken would have ${wouldHave} bytes of data with this one; at most ${LIMITS.bufferedSignalBytes} are allowed`);
}
