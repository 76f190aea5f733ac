/** Bodies as they arrive: with a size, a deadline, and a caller who still gets to read the refusal. */
import type { IncomingMessage } from 'node:http';
import { CancelRunRequest, DeployWorkflowRequest, parseJson, readValue, ReplayRequest, RetryCompensationRequest, SignalRunRequest, SkipCompensationRequest, StartRunRequest, type Json } from '@baton/contracts';
import type { Clock } from '@baton/ports';
import { Refusal } from '../refusal.ts';

export type JsonBody = typeof StartRunRequest | typeof CancelRunRequest | typeof ReplayRequest | typeof SignalRunRequest | typeof RetryCompensationRequest | typeof SkipCompensationRequest | typeof DeployWorkflowRequest;

export interface BodyLimits {
  readonly maxBytes: number;
  readonly deadlineMs: number;
  readonly clock: Clock;
}

/** @throws Refusal `unsupported_media_type`: form posts and text may come from any web page, JSON may not. */
export function requireJson(request: IncomingMessage): void {
  const contentType = request.headers['content-type'];
  if (contentType !== undefined && /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i.test(contentType)) return;
  throw new Refusal('unsupported_media_type', `Expected the header Content-Type: application/json, but found ${contentType === undefined ? 'none' : JSON.stringify(contentType.slice(0, 100))}`, { headers: { Accept: 'application/json' } });
}

/** @throws Refusal `unsupported_media_type`, `payload_too_large` or `request_timeout`, ContractError. */
export async function readJson(request: IncomingMessage, limits: BodyLimits): Promise<Json> {
  requireJson(request);
  const chunks: Uint8Array[] = [];
  for await (const chunk of limitedBody(request, { ...limits, deadline: 'whole' })) chunks.push(chunk);
  return parseJson(Buffer.concat(chunks));
}

/** An empty object where there is no body; a body that is there must be JSON. */
export async function readOptionalJson(request: IncomingMessage, limits: BodyLimits): Promise<Json> {
  const hasBody = request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  return hasBody || request.headers['content-type'] !== undefined ? readJson(request, limits) : {};
}

export const readStart = (value: Json): StartRunRequest => readValue(StartRunRequest, value);

/**
 * The pieces of a body. Does not destroy the connection when it is left early, so that the refusal can be written.
 * @param limits with `deadline` 'whole' all of it must be there in time, with 'piece' the next piece.
 */
export async function* limitedBody(request: IncomingMessage, limits: BodyLimits & { readonly deadline: 'whole' | 'piece' }): AsyncGenerator<Uint8Array> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > limits.maxBytes) throw tooLarge(limits.maxBytes, announced);
  const slow = new Refusal('request_timeout', `The body did not arrive within ${limits.deadlineMs / 1_000} s`);
  const { promise: late, reject } = Promise.withResolvers<never>();
  late.catch(() => undefined);
  let cancel = limits.clock.after(limits.deadlineMs, () => reject(slow));
  const pieces = request.iterator({ destroyOnReturn: false });
  let bytes = 0;
  try {
    for (;;) {
      const next = await Promise.race([pieces.next(), late]);
      if (next.done === true) break;
      const piece = next.value as Uint8Array;
      bytes += piece.byteLength;
      if (bytes > limits.maxBytes) throw tooLarge(limits.maxBytes, bytes);
      yield piece;
      if (limits.deadline === 'piece') {
        cancel();
        cancel = limits.clock.after(limits.deadlineMs, () => reject(slow));
      }
    }
    if (!request.complete) throw new Refusal('invalid_json', 'The request ended before its body was complete');
  } finally {
    cancel();
  }
}

const tooLarge = (maxBytes: number, found: number): Refusal => new Refusal('payload_too_large', `Expected a body of at most ${maxBytes} bytes, but found ${found} or more`);

/** How much of an unwanted body is read so that the caller, who is still sending, gets to see the answer. */
const DRAIN_BYTES = 16_777_216;
const DRAIN_MS = 2_000;

/** Reads what is left of a refused body for a moment and no more than a bounded amount. */
export function drained(request: IncomingMessage): Promise<void> {
  if (request.complete || request.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    let bytes = 0;
    const timer = setTimeout(done, DRAIN_MS);
    function done(): void {
      clearTimeout(timer);
      request.off('data', count).off('end', done).off('error', done).off('close', done);
      resolve();
    }
    function count(piece: Uint8Array): void {
      bytes += piece.byteLength;
      if (bytes > DRAIN_BYTES) done();
    }
    request.on('data', count).on('end', done).on('error', done).on('close', done);
    request.resume();
  });
}
