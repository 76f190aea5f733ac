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

  it('has a cluster with what readers call', () => {
    const cluster = createCluster({ brokers: ['localhost:1'], clientId: 'test', connectionTimeout: 1, requestTimeout: 1, socketFactory: new Sockets().factory, isolationLevel: 0, logLevel: 0, logCreator: () => () => undefined });
    for (const method of ['connect', 'disconnect', 'addMultipleTargetTopics', 'refreshMetadata', 'refreshMetadataIfNecessary', 'findBroker', 'findLeaderForPartitions', 'fetchTopicsOffset'] as const) {
      expect(typeof cluster[method]).toBe('function');
    }
    const Broker = require('kafkajs/src/broker/index.js') as { prototype: Record<string, unknown> };
    expect(typeof Broker.prototype['fetch']).toBe('function');
  });
});
