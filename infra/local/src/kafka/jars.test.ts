import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { describeWithServers } from '../index.ts';
import { findProgram } from '../requirements.ts';
import { isKafkaCached } from './jar-cache.ts';
import { kafkaJars } from './jars.ts';

describeWithServers(['kafka'], 'the cache of jars', () => {
  let home: string;
  let env: Record<string, string | undefined>;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'baton-cache-'));
    env = { ...process.env, XDG_CACHE_HOME: home };
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  it('is filled once for several callers, and repaired when a jar is cut off', async () => {
    if (findProgram('mvn') === undefined) throw new Error('Maven is needed for this test: apt-get install maven');
    const said: string[] = [];
    const options = { env, onProgress: (line: string) => said.push(line) };
    const [one, two] = await Promise.all([kafkaJars(options), kafkaJars(options)]);
    expect(one).toBe(two);
    expect(said).toHaveLength(1);
    expect(isKafkaCached(env)).toBe(true);

    const jar = (await readdir(one)).find((name) => name.startsWith('kafka_2.13'))!;
    await truncate(join(one, jar), 1000);
    expect(isKafkaCached(env)).toBe(false);
    await kafkaJars(options);
    expect(isKafkaCached(env)).toBe(true);
    expect(said).toHaveLength(2);
  }, 600_000);
});
