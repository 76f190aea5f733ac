/**
 * What the machine must have before a server can be started, looked up without starting anything, so that a test can say
 * while it is being collected that it will not run, and why.
 */
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Environment } from './environment.ts';
import { LocalServerError } from './errors.ts';
import { isKafkaCached } from './kafka/jar-cache.ts';

export type ServerName = 'kafka' | 'redis';

export interface MissingRequirement {
  readonly server: ServerName;
  readonly what: string;
  readonly fix: string;
}

/** Names the addresses that are used, where given, instead of starting servers. */
export const addressVariable = { kafka: 'BATON_KAFKA_BROKERS', redis: 'BATON_REDIS_URL' } as const satisfies Record<ServerName, string>;

export function findProgram(name: string, env: Environment = process.env): string | undefined {
  for (const dir of (env['PATH'] ?? '').split(delimiter)) {
    if (dir === '') continue;
    const candidate = join(dir, name);
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not in this one.
    }
  }
  return undefined;
}

/** `$JAVA_HOME/bin/java` where it exists, otherwise the one on the PATH. */
export function findJava(env: Environment = process.env): string | undefined {
  const ofHome = env['JAVA_HOME'] === undefined ? undefined : join(env['JAVA_HOME'], 'bin', 'java');
  return ofHome !== undefined && existsSync(ofHome) ? ofHome : findProgram('java', env);
}

/** What keeps the named servers from being used on this machine; empty when nothing does. */
export function missingRequirements(servers: readonly ServerName[], env: Environment = process.env): MissingRequirement[] {
  return servers.flatMap((server) => {
    if ((env[addressVariable[server]] ?? '') !== '') return [];
    return server === 'kafka' ? missingForKafka(env) : missingForRedis(env);
  });
}

function missingForKafka(env: Environment): MissingRequirement[] {
  const missing: MissingRequirement[] = [];
  const orAddress = `or set ${addressVariable.kafka} to the address of a Kafka 4.1 or later`;
  if (findJava(env) === undefined) {
    missing.push({ server: 'kafka', what: 'Java 17 or newer', fix: `Install it (Debian: apt-get install openjdk-17-jre-headless), ${orAddress}.` });
  }
  if (!isKafkaCached(env) && findProgram('mvn', env) === undefined) {
    missing.push({ server: 'kafka', what: "Maven (fetches Kafka's jars once)", fix: `Install it (Debian: apt-get install maven), ${orAddress}.` });
  }
  return missing;
}

function missingForRedis(env: Environment): MissingRequirement[] {
  if (findProgram('redis-server', env) !== undefined) return [];
  return [
    {
      server: 'redis',
      what: 'redis-server (6.2 or newer)',
      fix: `Install it (Debian: apt-get install redis-server), or run one (docker run -p 6379:6379 redis:7-alpine) and set ${addressVariable.redis}=redis://127.0.0.1:6379.`,
    },
  ];
}

/** Throws `requirement_missing` with everything that is missing at once. */
export function requireProgramsFor(servers: readonly ServerName[], env: Environment = process.env): void {
  const missing = missingRequirements(servers, env);
  if (missing.length === 0) return;
  throw new LocalServerError(
    'requirement_missing',
    `Not on this machine: ${missing.map(({ what, server }) => `${what}, needed for ${server === 'kafka' ? 'Kafka' : 'Redis'}`).join('; ')}.`,
    missing.map(({ fix }) => fix).join('\n  '),
  );
}
