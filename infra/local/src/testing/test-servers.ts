/** What a test file uses to reach the servers of its run. Each test keeps to a namespace of its own: the servers are shared. */
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import type { ServerAddresses } from '../servers.ts';
import { hostVariable } from './host.ts';

/** The run's Kafka, started by the first test that asks. */
export async function testKafka(): Promise<Pick<ServerAddresses, 'kafkaBrokers'>> {
  return ask('/kafka');
}

/** The run's Redis, started by the first test that asks. */
export async function testRedis(): Promise<Pick<ServerAddresses, 'redisUrl'>> {
  return ask('/redis');
}

/** Both. The first one to ask waits for the start. */
export async function testServers(): Promise<ServerAddresses> {
  const [kafka, redis] = await Promise.all([testKafka(), testRedis()]);
  return { ...kafka, ...redis };
}

/** A namespace that no other test uses, for topics (`baton.<namespace>.…`) and for Redis keys. */
export function testNamespace(): string {
  return `t${randomBytes(6).toString('hex')}`;
}

function ask<T>(path: string): Promise<T> {
  const socketPath = process.env[hostVariable];
  if (socketPath === undefined) {
    return Promise.reject(new Error(`${hostVariable} is not set: tests that need servers run under the jest configuration of the repository (npm test -- <path>).`));
  }
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () => {
        const body = JSON.parse(text) as T & { error?: string };
        if (response.statusCode === 200) resolve(body);
        else reject(new Error(body.error));
      });
    });
    asked.on('error', reject);
    asked.end();
  });
}
