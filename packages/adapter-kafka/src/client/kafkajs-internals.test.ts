/** What this package reaches for inside kafkajs is there, and mended. */
import { createRequire } from 'node:module';
import { EventEmitter } from 'node:events';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { createCluster, mendKafkajs } from './kafkajs-internals.ts';
import { Sockets } from './sockets.ts';

const require = createRequire(import.meta.url);

interface Queue extends EventEmitter {
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  throttledUntil: number;
  pending: unknown[];
  push(request: object): void;
  fulfillRequest(answer: { correlationId: number; payload: unknown; size: number }): void;
  destroy(): void;
}

describe('kafkajs', () => {
  beforeAll(mendKafkajs);

  it('is the version whose insides are known', () => {
    expect((require('kafkajs/package.json') as { version: string }).version).toBe('2.2.4');
  });

  const queue = (maxInFlightRequests: number | null = null): Queue => {
    const RequestQueue = require('kafkajs/src/network/requestQueue/index.js') as new (options: object) => Queue;
    return new RequestQueue({ maxInFlightRequests, requestTimeout: 1_000, enforceRequestTimeout: false, clientId: 'test', broker: 'b:1', logger: { debug() {}, warn() {} } });
  };
  const request = (correlationId: number) => ({ entry: { correlationId, apiName: 'x', apiKey: 0, apiVersion: 0, resolve() {}, reject() {} }, expectResponse: true, sendRequest() {} });

  it('sets no timer for requests that wait for nothing: an idle client sleeps', () => {
    const idle = queue();
    idle.push(request(1));
    idle.fulfillRequest({ correlationId: 1, payload: null, size: 0 });
    expect(idle.throttleCheckTimeoutId).toBeNull();
  });

  it('still looks again where requests wait or the broker throttles', () => {
    const waiting = queue(1);
    waiting.push(request(1));
    waiting.push(request(2));
    expect(waiting.throttleCheckTimeoutId).not.toBeNull();
    waiting.destroy();
    const throttled = queue();
    throttled.throttledUntil = Date.now() + 10_000;
    throttled.push(request(1));
    expect(throttled.throttleCheckTimeoutId).not.toBeNull();
    throttled.destroy();
  });

  it('asks before a member joins, and joins afterwards', async () => {
    const ConsumerGroup = require('kafkajs/src/consumer/consumerGroup.js') as { prototype: { joinAndSync(this: unknown): Promise<unknown> } };
    const order: string[] = [];
    const member = { assigners: [{ beforeJoin: async () => void order.push('hook') }, {}], retrier: async () => void order.push('join') };
    await ConsumerGroup.prototype.joinAndSync.call(member);
    expect(order).toEqual(['hook', 'join']);
  });

  it('writes a record batch with its checksum, whatever sizes its parts have', async () => {
    const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0/index.js') as { RecordBatch(batch: object): Promise<{ readonly buffer: Buffer }> };
    const Record = require('kafkajs/src/protocol/recordBatch/record/v0/index.js') as (record: object) => object;
    const Decoder = require('kafkajs/src/protocol/decoder.js') as new (buffer: Buffer) => object;
    const decodeBatch = require('kafkajs/src/protocol/recordBatch/v0/decoder.js') as (decoder: object) => Promise<{ readonly records: readonly { readonly key: Buffer; readonly value: Buffer; readonly headers: Record<string, Buffer> }[] }>;
    const values = [0, 1, 63, 64, 511, 512, 5_000, 100_000].map((size) => Buffer.alloc(size, 'x'));
    const { buffer } = await RecordBatch({ lastOffsetDelta: values.length - 1, records: values.map((value, offsetDelta) => Record({ offsetDelta, key: Buffer.from(`k${offsetDelta}`), value, headers: { h: Buffer.from('v') } })) });
    // The first offset (8 bytes), the length of what follows (4), the leader epoch (4) and the version (1) stand before the checksum.
    expect(buffer.readUInt32BE(17)).toBe(crcOf(buffer.subarray(21)));
    const { records } = await decodeBatch(new Decoder(buffer));
    expect(records.map(({ value }) => value.length)).toEqual(values.map(({ length }) => length));
    expect(records.every(({ value }, i) => value.equals(values[i]!))).toBe(true);
    expect(records.map(({ key, headers }) => [String(key), String(headers['h'])])).toEqual(values.map((_, i) => [`k${i}`, 'v']));
  });

  it('has a cluster with what readers call', () => {
    const cluster = createCluster({ brokers: ['localhost:1'], clientId: 'test', connectionTimeout: 1, requestTimeout: 1, socketFactory: new Sockets().factory, isolationLevel: 0, logLevel: 0, logCreator: () => () => undefined });
    for (const method of ['connect', 'disconnect', 'addMultipleTargetTopics', 'refreshMetadata', 'refreshMetadataIfNecessary', 'findBroker', 'findLeaderForPartitions', 'fetchTopicsOffset'] as const) {
      expect(typeof cluster[method]).toBe('function');
    }
    const Broker = require('kafkajs/src/broker/index.js') as { prototype: Record<string, unknown> };
    expect(typeof Broker.prototype['fetch']).toBe('function');
  });
});

/** CRC-32C (Castagnoli), a bit at a time: RFC 3720, appendix B.4. */
function crcOf(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
