import { ERRORS, OperatingError, readValue, ReplayRequest, type DeadLetterList, type DeadLetterView, type ReplayResponse } from '@baton/contracts';
import { withDeadline } from '../deadline.ts';
import type { Door } from '../door.ts';
import { cursor, readQuery, wholeNumber } from '../http/query.ts';
import { readOptionalJson } from '../http/request-body.ts';
import { param, type Handler } from '../http/route.ts';
import { Refusal } from '../refusal.ts';
import { replayOf } from '../dead-letters/replay.ts';

export const DeadLetterQuery = { limit: wholeNumber(1, 1_000).optional(), cursor: cursor.optional() };

export function listDeadLetters(door: Door): Handler {
  return async (request, response) => {
    const { limit = 50, cursor } = readQuery(request, DeadLetterQuery);
    const { letters, nextCursor } = await ask(door, door.ports.deadLetterIndex.list({ limit, ...(cursor !== undefined && { cursor }) }));
    const deadLetters = letters.map(({ value: _value, v: _v, ...summary }) => summary);
    response.json({ deadLetters, ...(nextCursor !== undefined && { nextCursor }) } satisfies DeadLetterList);
  };
}

export function getDeadLetter(door: Door): Handler {
  return async (request, response) => {
    readQuery(request, {});
    response.json(await find(door, param(request, 'id')));
  };
}

/**
 * POST /v1/dead-letters/:id/replay. A letter is marked before it is sent, and the mark is taken back where the send
 * failed: so an acknowledged replay is never repeated. After a lost acknowledgement it may be, which the business id in
 * the message makes harmless: whoever reads it has seen it before.
 */
export function replayDeadLetter(door: Door): Handler {
  return async (request, response) => {
    readQuery(request, {});
    const { value } = readValue(ReplayRequest, await readOptionalJson(request, door.jsonLimits));
    const letter = await find(door, param(request, 'id'));
    const { deadLetterIndex, deadLetters } = door.ports;
    const answer = (sent: boolean, replayedMs: number): void => {
      response.json({ id: letter.id, topic: letter.topic, sent, replayedMs } satisfies ReplayResponse);
    };
    // A letter that has gone out is answered as such whatever is sent along now.
    if (letter.replayedMs !== undefined) return answer(false, letter.replayedMs);
    const message = replayOf(letter, value);
    const nowMs = door.clock.nowMs();
    const before = await ask(door, deadLetterIndex.markReplayed(letter.id, nowMs));
    if (before !== undefined) return answer(false, before);
    try {
      await withDeadline(door.clock, door.config.sendDeadlineMs, 'Kafka', deadLetters.resend(message));
    } catch (cause) {
      await ask(door, deadLetterIndex.unmarkReplayed(letter.id)).catch((error: unknown) => door.log.error({ deadLetter: letter.id, reason: (error as Error).message }, 'the mark of a failed replay stayed'));
      // Its topic takes nothing back, such as the history: that will not change by trying again.
      if (cause instanceof OperatingError && cause.retry === 'no' && ERRORS[cause.code].status < 500) throw new Refusal('not_replayable', cause.message, { cause });
      throw new Refusal('unavailable', 'The replay was not acknowledged; try again, a message that went out nevertheless is recognised', { retryAfterSeconds: 2, cause });
    }
    door.log.info({ deadLetter: letter.id, replaced: value !== undefined }, 'dead letter replayed');
    answer(true, nowMs);
  };
}

async function find(door: Door, id: string): Promise<DeadLetterView> {
  const letter = id.length <= 400 ? await ask(door, door.ports.deadLetterIndex.get(id)) : undefined;
  if (letter === undefined) throw new Refusal('unknown_dead_letter', `There is no dead letter ${JSON.stringify(id.slice(0, 400))}; GET /v1/dead-letters lists them`);
  return letter;
}

async function ask<T>(door: Door, work: Promise<T>): Promise<T> {
  try {
    return await withDeadline(door.clock, door.config.viewDeadlineMs, 'The view of the dead letters', work);
  } catch (cause) {
    if (cause instanceof OperatingError && cause.code !== 'unavailable') throw cause;
    throw new Refusal('unavailable', 'The view of the dead letters is away for the moment; the letters themselves are safe in their topic', { retryAfterSeconds: 2, cause });
  }
}
