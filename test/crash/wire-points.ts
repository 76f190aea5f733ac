/**
 * Moments that lie below the ports: between a request and its answer. They are seen at the sockets of the process, by Node's
 * own channel of new ones, so the code of the adapters knows nothing of them.
 *
 *   unsent    the whole request is about to be written; nothing of it has left the process
 *   sent      the machine has it, nobody has read an answer
 *   answered  the answer is on this machine, nobody in the process has looked at it
 */
import { createHash } from 'node:crypto';
import { subscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { CARRIED_KEY, CLAIM_KEY, MARK_KEY, topicNames, type TopicNames } from '@baton/contracts';

/** Requests by what they are for. `view.part`: one of several calls that one write to the view takes. `positions`: those of a consumer group. */
export const WIRE_CALLS = ['wire.history.claim', 'wire.history.batch', 'wire.history.images', 'wire.history.carried', 'wire.view.apply', 'wire.view.part', 'wire.bus', 'wire.positions', 'wire.inbox'] as const;
export const WIRE_PHASES = ['unsent', 'sent', 'answered'] as const;
export type WireCall = (typeof WIRE_CALLS)[number];
export type WirePoint = `${WireCall}:${(typeof WIRE_PHASES)[number]}`;

type Bytes = Uint8Array | string;

export function watchSockets(namespace: string, passed: (point: WirePoint) => void): void {
  const names = topicNames(namespace);
  subscribe('net.client.socket', (message) => {
    const { socket } = message as { readonly socket: Socket };
    // Connecting puts `write` back as it was; nothing of ours is written before.
    socket.once('connect', () => watch(socket, names, passed));
  });
}

function watch(socket: Socket, names: TopicNames, passed: (point: WirePoint) => void): void {
  const write = socket.write.bind(socket) as (data: Bytes, ...rest: unknown[]) => boolean;
  socket.write = ((data: Bytes, ...rest: unknown[]): boolean => {
    const call = callOf(data, names);
    if (call === undefined) return write(data, ...rest);
    passed(`${call}:unsent`);
    answered(socket, data, () => passed(`${call}:answered`));
    const [encoding] = rest.filter((one) => typeof one === 'string');
    const [done] = rest.filter((one) => typeof one === 'function');
    return write(data, encoding, (error?: Error | null) => {
      done?.(error);
      if (!error) passed(`${call}:sent`);
    });
  }) as Socket['write'];
}

/** Before anybody else in the process sees the answer. */
function answered(socket: Socket, request: Bytes, then: () => void): void {
  const look = (chunk: Uint8Array): void => {
    if (typeof request !== 'string' && isKafkaRequest(request) && correlation(chunk, 4) !== correlation(request, 8)) return;
    socket.off('data', look);
    then();
  };
  socket.prependListener('data', look);
}

const correlation = (bytes: Uint8Array, at: number): number => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).readInt32BE(at);

export function callOf(data: Bytes, names: TopicNames): WireCall | undefined {
  if (typeof data !== 'string' && isKafkaRequest(data)) return kafkaCall(Buffer.from(data.buffer, data.byteOffset, data.byteLength), names);
  return redisCall(typeof data === 'string' ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('latin1'));
}

/** A request begins with its length, four bytes; Redis speaks text. */
const isKafkaRequest = (data: Uint8Array): boolean => data.byteLength > 12 && correlation(data, 0) === data.byteLength - 4;

const PRODUCE = 0;
const OFFSET_COMMIT = 8;

function kafkaCall(request: Buffer, names: TopicNames): WireCall | undefined {
  const api = request.readInt16BE(4);
  if (api === OFFSET_COMMIT) return 'wire.positions';
  if (api !== PRODUCE) return undefined;
  if (request.includes(names.history)) {
    if (request.includes(CLAIM_KEY)) return 'wire.history.claim';
    if (request.includes(CARRIED_KEY)) return 'wire.history.carried';
    if (request.includes(MARK_KEY)) return undefined;
    return request.includes('"t":"image"') ? 'wire.history.images' : 'wire.history.batch';
  }
  if (request.includes(commandsOf(names))) return 'wire.bus';
  return request.includes(names.inbox) ? 'wire.inbox' : undefined;
}

const commandsOf = (names: TopicNames): string => names.command('any').replace(/any\.v1$/, '');

const applyHash = createHash('sha1').update(readFileSync(new URL('../../packages/adapter-redis/src/lua/apply-1.lua', import.meta.url))).digest('hex');

/** Of `evalsha hash 1 meta epoch prevOff histOff inboxOff disp base keep carried runs …`; positions stay as they are in all calls but the last. */
function redisCall(request: string): WireCall | undefined {
  const words = request.slice(0, 4_096).split('\r\n').filter((_, index) => index % 2 === 0);
  const [, command, hash, , , , , , inboxOff, disp, , , , runs] = words;
  if (command?.toLowerCase() !== 'evalsha' || hash !== applyHash || Number(runs) === 0) return undefined;
  return inboxOff === '-1' && disp === '-1' && Number(runs) === 100 ? 'wire.view.part' : 'wire.view.apply';
}
