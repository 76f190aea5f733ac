import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { missingRequirements } from './index.ts';
import { servers } from './servers.ts';

describe('what a machine lacks', () => {
  let empty: string;
  beforeEach(async () => {
    empty = await mkdtemp(join(tmpdir(), 'baton-bare-'));
  });
  afterEach(() => rm(empty, { recursive: true }));
  const bare = (): Record<string, string> => ({ PATH: empty, HOME: empty });

  it('is named all at once, each with the command that installs it', async () => {
    const failure = servers({ env: bare() });
    await expect(failure).rejects.toMatchObject({ code: 'requirement_missing' });
    for (const words of [/Java 17/, /Maven/, /redis-server/, /apt-get install openjdk-17-jre-headless/, /apt-get install redis-server/, /BATON_REDIS_URL/]) {
      await expect(failure).rejects.toThrow(words);
    }
  });

  it('is nothing where the environment gives the addresses', async () => {
    const env = { ...bare(), BATON_KAFKA_BROKERS: 'a:9092, b:9092', BATON_REDIS_URL: 'redis://c:6379' };
    expect(missingRequirements(['kafka', 'redis'], env)).toEqual([]);
    await using given = await servers({ env });
    expect(given).toMatchObject({ kafkaBrokers: ['a:9092', 'b:9092'], redisUrl: 'redis://c:6379', kafka: undefined, redis: undefined });
  });

  it('does not include Java when JAVA_HOME has it', async () => {
    const { mkdir } = await import('node:fs/promises');
    await mkdir(join(empty, 'bin'));
    await writeFile(join(empty, 'bin', 'java'), '');
    expect(missingRequirements(['kafka'], { ...bare(), JAVA_HOME: empty }).map(({ what }) => what)).toEqual([expect.stringContaining('Maven')]);
  });
});
