/**
 * A result that is larger than a message may be, read for what it speaks for: its output is left out, and the step fails
 * with `payload_too_large` by its own rules. As a dead letter alone it would leave the run waiting for an answer that has come.
 */
import { checkJson, ContractError, decodeUtf8, isJsonObject, LIMITS, readValue, ResultMessage, type Json, type RunError } from '@baton/contracts';

/** @param found what was wrong with the whole. @returns undefined where this is no result, or its envelope is no better. */
export function resultWithoutOutput(value: Uint8Array, found: ContractError): ResultMessage | undefined {
  try {
    const message = JSON.parse(decodeUtf8(value)) as Json;
    if (!isJsonObject(message) || message['type'] !== 'result' || !isJsonObject(message['body'])) return undefined;
    const { output: _output, error, ...body } = message['body'];
    const bare = { ...message, body: { ...body, outcome: body['outcome'] === 'released' ? 'released' : 'failed', ...(body['outcome'] !== 'released' && { error: { ...tooLarge(value.byteLength, found), ...named(error) } }) } };
    checkJson(bare);
    return readValue(ResultMessage, bare);
  } catch {
    return undefined;
  }
}

/** As the step SDK calls an output that is too large. */
const tooLarge = (bytes: number, found: ContractError): RunError => ({
  name: 'States.DataLimitExceeded',
  message: `payload_too_large: the result is more than a message may hold: ${found.message}. Store what is large as an artifact and pass the reference`.slice(0, LIMITS.errorMessageLength),
  kind: 'technical',
  details: { code: 'payload_too_large', bytes, limitBytes: LIMITS.payloadBytes },
});

/** A failure stays the failure it was; what was too large are its details. */
function named(error: Json | undefined): Partial<RunError> {
  if (!isJsonObject(error)) return {};
  const { name, message, kind } = error as unknown as RunError;
  return { name, message, kind };
}
