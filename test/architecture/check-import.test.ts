import { describe, expect, it } from '@jest/globals';
import { refusal } from './check-import.ts';
import { importsOf } from './source.ts';

const refused = (path: string, specifier: string): string | undefined => refusal(path, { specifier, line: 3 });

describe('the import fence', () => {
  it.each([
    ['packages/core/src/decide/cancel.ts', '@baton/ports', /may import of ours: contracts, expressions, workflow\. Take it as an argument/],
    ['packages/core/src/decide/cancel.ts', 'node:crypto', /decides the same everywhere/],
    ['packages/core/src/decide/cancel.ts', 'lodash', /npm packages allowed here: @noble\/hashes.*rules\.ts/s],
    ['packages/runtime/src/lane/processing.ts', '@baton/adapter-kafka', /interface in packages\/ports/],
    ['packages/runtime/src/lane/processing.ts', 'node:timers', /decides the same/],
    ['packages/adapter-redis/src/view.ts', '@baton/adapter-bullmq', /an adapter never knows another/],
    ['packages/step-sdk/src/serve.ts', '@baton/core', /over topics alone/],
    ['packages/contracts/src/ids.ts', '@baton/core', /depend on nothing of ours/],
    ['services/fund-factsheet-video/src/main.ts', '@baton/video-studio', /a service never imports another/],
    ['services/fund-factsheet-video/src/main.ts', '@baton/runtime', /through @baton\/step-sdk/],
    ['packages/cli/src/main.ts', '@baton/client/src/fetch.ts', /past the front door/],
    ['packages/cli/src/main.ts', '../../client/src/fetch.ts', /outside packages\/cli.*one door/],
    ['test/e2e/run.test.ts', '@baton/client/src/fetch.ts', /past the front door/],
    ['packages/client/src/http.ts', 'http', /node:http/],
    ['packages/client/src/http.ts', '@baton/gateway/testing', /past the front door/],
    ['packages/strange/src/index.ts', 'zod', /no row.*Add a row/],
    ['infra/setup/run.mjs', 'kafkajs', /before npm ci/],
  ])('stops %s from importing %s, and says the legal way', (path, specifier, message) => {
    expect(refused(path, specifier)).toMatch(message);
  });

  it.each([
    ['packages/core/src/decide/cancel.ts', '@baton/workflow'],
    ['packages/core/src/decide/cancel.ts', '../evolve/run.ts'],
    ['packages/core/src/decide/cancel.test.ts', 'node:fs'],
    ['packages/core/src/decide/cancel.test.ts', 'fast-check'],
    ['packages/contracts/src/hash.ts', '@noble/hashes/sha2.js'],
    ['packages/platform-kit/src/telemetry/start.ts', '@opentelemetry/sdk-node'],
    ['packages/adapter-kafka/src/log.test.ts', '@baton/local'],
    ['test/e2e/run.test.ts', '@baton/orchestrator'],
    ['packages/client/src/client.test.ts', '@baton/gateway/testing'],
    ['infra/demo/src/main.ts', '@baton/fund-factsheet-video/fixtures'],
  ])('lets %s import %s', (path, specifier) => {
    expect(refused(path, specifier)).toBeUndefined();
  });

  it('sees every way of importing', () => {
    const text = [
      `import type { A } from 'a';`,
      `import 'b';`,
      `export * from 'c';`,
      `export type { D } from 'd';`,
      `const e = await import('e');`,
      `type F = typeof import('f');`,
      `const g = require('g');`,
      `// import 'comment';`,
      `const text = "import 'text'";`,
    ].join('\n');
    expect(importsOf({ path: 'x.ts', text }).map(({ specifier, line }) => `${line} ${specifier}`).sort()).toEqual(['1 a', '2 b', '3 c', '4 d', '5 e', '6 f', '7 g']);
  });
});
