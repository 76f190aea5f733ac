/** `events:putEvents` of AWS, as `baton:emit` does it, with one entry. What is wrong with that fails the state in the words of AWS. */
import { EmittedType, isJsonObject, LIMITS, parseJson, type Json, type JsonObject } from '@baton/contracts';
import { PUT_EVENTS } from '@baton/workflow';
import { failed } from '../outcome.ts';
import { unexpected } from '../state-kind.ts';
import { emitEvent } from './emit.ts';
import { parametersOf, type EngineTask } from './engine-task.ts';

export const putEvents: EngineTask = {
  enter(state, place) {
    const { Source: source, DetailType: detailType, Detail: given = null } = parametersOf(PUT_EVENTS, state, place).Entries[0] as JsonObject;
    if (typeof source !== 'string' || source === '') return refused('InvalidArgument', 'Parameter Source is not valid. Reason: Source is a required argument.');
    if (typeof detailType !== 'string' || detailType === '') return refused('InvalidArgument', 'Parameter DetailType is not valid. Reason: DetailType is a required argument.');
    const detail = detailOf(given);
    if (detail === undefined) return refused('MalformedDetail', 'Detail is malformed.');
    const eventType = EmittedType.safeParse(`${source}.${detailType}`);
    if (!eventType.success) return refused('NotAuthorizedForSource', eventType.error.issues[0]!.message);
    return emitEvent(state, place, { eventType: eventType.data, data: detail }, (id) => ({ Entries: [{ EventId: id }], FailedEntryCount: 0 }));
  },
  resumed: (state, _place, by) => unexpected(state, by),
};

/** An object, or one written as a text of JSON. */
function detailOf(given: Json): JsonObject | undefined {
  if (typeof given !== 'string') return isJsonObject(given) ? given : undefined;
  try {
    const read = parseJson(given);
    return isJsonObject(read) ? read : undefined;
  } catch {
    return undefined;
  }
}

const refused = (code: string, message: string): ReturnType<typeof failed> => failed('EventBridge.FailedEntry', JSON.stringify({ Entries: [{ ErrorCode: code, ErrorMessage: message.slice(0, LIMITS.errorMessageLength / 2) }], FailedEntryCount: 1 }));
