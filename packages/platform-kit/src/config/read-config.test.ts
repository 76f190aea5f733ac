import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ConfigError } from './config-error.ts';
import { readConfig } from './read-config.ts';
import { setting, wholeNumber } from './setting.ts';

const problemsOf = (run: () => unknown): ConfigError => {
  try {
    run();
  } catch (error) {
    return error as ConfigError;
  }
  throw new Error('Expected a ConfigError');
};
const SECRET = 'x'.repeat(32);

describe('readConfig', () => {
  it('gives defaults where nothing is set', () => {
    expect(readConfig({ PATH: '/bin' })).toEqual({ namespace: 'default', partitions: 12, logLevel: 'info', http: { host: '127.0.0.1', port: 8080 }, own: {} });
  });

  it('compiles what is set', () => {
    const config = readConfig(
      {
        BATON_NAMESPACE: 'prod', BATON_KAFKA_BROKERS: 'a:9092, b:9092', BATON_KAFKA_SSL: 'true', BATON_KAFKA_SASL_MECHANISM: 'plain', BATON_KAFKA_SASL_USERNAME: 'u', BATON_KAFKA_SASL_PASSWORD: 'p',
        BATON_REDIS_URL: 'redis://:pw@r:6379', BATON_BLOB_DIR: '/data', BATON_TOKEN_SECRET: SECRET, BATON_HTTP_PORT: '0', BATON_PARTITIONS: '3', BATON_OWN_LIMIT: '7', BATON_LOG_LEVEL: '', BATON_KAFKA_SESSION_SECONDS: '6',
      },
      { needs: ['kafka', 'redis', 'blobDir', 'tokenSecrets'], settings: { BATON_OWN_LIMIT: setting(wholeNumber({ min: 1, max: 9 }).default(2), { fix: 'Set it' }) } },
    );
    expect(config).toMatchObject({ namespace: 'prod', partitions: 3, logLevel: 'info', http: { port: 0 }, blobDir: '/data', own: { BATON_OWN_LIMIT: 7 } });
    expect(config.kafka).toMatchObject({ brokers: ['a:9092', 'b:9092'], ssl: true, sessionMs: 6_000, sasl: { mechanism: 'plain', username: 'u' } });
    expect(config.redis.url.reveal()).toBe('redis://:pw@r:6379');
    expect(config.tokenSecrets.current.reveal()).toBe(SECRET);
  });

  it('lists every problem at once, each with its variable and the fix', () => {
    const error = problemsOf(() =>
      readConfig(
        { BATON_HTTP_PORT: '80a', BATON_KAFKA_BROKRES: 'a:1', BATON_KAFKA_SASL_USERNAME: 'u', BATON_NAMESPACE: 'Upper', BATON_WHATEVER_IS_THIS_NAME: '1', BATON_TOKEN_SECRET_PREVIOUS: SECRET },
        { needs: ['kafka'], settings: { BATON_MODEL: setting(z.string(), { fix: 'Set it to a name' }) } },
      ),
    );
    expect(error.name).toBe('ConfigError');
    expect(error.problems.map(({ variable }) => variable).sort()).toEqual([
      'BATON_HTTP_PORT', 'BATON_KAFKA_BROKERS', 'BATON_KAFKA_BROKRES', 'BATON_KAFKA_SASL_MECHANISM', 'BATON_KAFKA_SASL_PASSWORD', 'BATON_MODEL', 'BATON_NAMESPACE', 'BATON_TOKEN_SECRET', 'BATON_WHATEVER_IS_THIS_NAME',
    ]);
    expect(error.message).toContain('BATON_KAFKA_BROKRES is not known here. Did you mean BATON_KAFKA_BROKERS?');
    expect(error.message).toContain('BATON_HTTP_PORT is "80a": expected a whole number from 0 to 65535. Set it to the port');
    expect(error.message).toContain('BATON_WHATEVER_IS_THIS_NAME is not known here. Remove it');
    expect(error.message).toContain('BATON_MODEL is not set. Set it to a name');
  });

  it('refuses a secret that is too short, or the same twice, without showing it', () => {
    const error = problemsOf(() => readConfig({ BATON_TOKEN_SECRET: 'hunter2', BATON_REDIS_URL: 'http://hunter2@x' }));
    expect(error.message).toMatch(/BATON_TOKEN_SECRET has an unfit value: expected at least 32 characters/);
    expect(error.message).not.toContain('hunter2');
    expect(problemsOf(() => readConfig({ BATON_TOKEN_SECRET: SECRET, BATON_TOKEN_SECRET_PREVIOUS: SECRET })).message).toContain('is the same as BATON_TOKEN_SECRET');
    expect(problemsOf(() => readConfig({ BATON_TOKEN_SECRET: SECRET, BATON_LINK_SECRET: SECRET })).message).toContain('BATON_LINK_SECRET is the same as BATON_TOKEN_SECRET');
    expect(problemsOf(() => readConfig({ BATON_LINK_SECRET_PREVIOUS: SECRET })).message).toContain('BATON_LINK_SECRET is not set, but BATON_LINK_SECRET_PREVIOUS is');
    expect(readConfig({ BATON_LINK_SECRET: SECRET }).linkSecrets?.current.reveal()).toBe(SECRET);
  });

  it('shows no secret however the result is printed', () => {
    const config = readConfig({ BATON_TOKEN_SECRET: SECRET, BATON_REDIS_URL: 'redis://:hunter2@r' });
    for (const printed of [inspect(config, { depth: 9, showHidden: true }), JSON.stringify(config), `${config.redis?.url}`]) {
      expect(printed).not.toContain('hunter2');
      expect(printed).not.toContain(SECRET);
    }
  });

  it('leaves the variables of test runs and of other programs of the platform alone', () => {
    expect(() => readConfig({ BATON_TEST_SERVERS: 'x', BATON_URL: 'x', BATON_STEP_CONCURRENCY: 'x' })).not.toThrow();
    const own = { BATON_STEP_CONCURRENCY: setting(wholeNumber({ min: 1, max: 9 }), { fix: 'Set it' }) };
    expect(() => readConfig({ BATON_STEP_CONCURRENCY: 'x' }, { settings: own })).toThrow(/BATON_STEP_CONCURRENCY is "x"/);
  });
});
