import { afterEach, beforeAll } from '@jest/globals';
import { describeWithServers, testNamespace, testRedis } from '@baton/local';
import { deadLetterIndexSuite, poisonWatchSuite, runViewsSuite, stateIndexSuite } from '@baton/testkit';
import { Redis } from 'ioredis';
import { connectRedis, type RedisPorts } from './connect-redis.ts';

describeWithServers(['redis'], 'Redis', () => {
  let url: string;
  const opened: RedisPorts[] = [];
  beforeAll(async () => {
    ({ redisUrl: url } = await testRedis());
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((ports) => ports.close()));
  });

  async function open() {
    const namespace = testNamespace();
    const ports = await connectRedis({ url, namespace, partitions: 4 });
    opened.push(ports);
    return {
      ports,
      async wipe() {
        const admin = new Redis(url);
        const keys = await admin.keys(`{b:${namespace}:*`);
        if (keys.length > 0) await admin.del(...keys);
        admin.disconnect();
      },
      close: () => ports.close(),
    };
  }
  const openIndex = async () => {
    const { ports, ...rest } = await open();
    return { index: ports.stateIndex, views: ports.runViews, partitions: 4, ...rest };
  };

  stateIndexSuite('Redis', openIndex);
  runViewsSuite('Redis', openIndex);
  deadLetterIndexSuite('Redis', async () => {
    const { ports, ...rest } = await open();
    return { index: ports.deadLetterIndex, ...rest };
  });
  poisonWatchSuite('Redis', async () => {
    const { ports, ...rest } = await open();
    return { watch: ports.poisonWatch, ...rest };
  });
});
