import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { kafkaVersion, SERVICE_NODE_OPTIONS } from '@baton/local';
import { parse } from 'yaml';
import { root } from './source.ts';

interface Container {
  readonly image: string;
  readonly build?: { readonly args: Readonly<Record<string, string>> };
  readonly environment?: Readonly<Record<string, unknown>>;
  readonly ports?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

const compose = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as { services: Readonly<Record<string, Container>> };
const containers = Object.entries(compose.services);
const services = readdirSync(join(root, 'services')).filter((name) => existsSync(join(root, 'services', name, 'src/main.ts')));
const runsService = (name: string): [string, Container][] => containers.filter(([container, { build }]) => build?.args['SERVICE'] === name && container !== 'topics');

describe('docker-compose.yml', () => {
  it.each(services)('runs %s, after the topics, Kafka and Redis, without rights it does not need', (name) => {
    const found = runsService(name);
    expect(found.length).toBeGreaterThan(0);
    for (const [, container] of found) {
      expect(container).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        depends_on: { topics: { condition: 'service_completed_successfully' }, kafka: { condition: 'service_healthy' }, redis: { condition: 'service_healthy' } },
      });
    }
  });

  it('runs the orchestrator twice', () => {
    expect(runsService('orchestrator')).toHaveLength(2);
  });

  it('has a command topic for every step service', () => {
    const steps = services.filter((name) => name !== 'orchestrator' && name !== 'gateway');
    expect(String(compose.services['topics']?.environment?.['BATON_SERVICES']).split(',').sort()).toEqual(steps.sort());
  });

  it('runs the line of Kafka that the tests run', () => {
    const line = (version: string): string => version.split('.').slice(0, 2).join('.');
    const shipped = /^apache\/kafka:\$\{KAFKA_VERSION:-([\d.]+)\}$/.exec(compose.services['kafka']!.image)?.[1];
    expect(line(shipped ?? '')).toBe(line(kafkaVersion));
  });

  it('runs services with the options of Node that they are measured with', () => {
    const command = /^CMD (\[.*\])$/m.exec(readFileSync(join(root, 'infra/docker/Dockerfile'), 'utf8'))?.[1] ?? '[]';
    expect((JSON.parse(command) as string[]).slice(1, 1 + SERVICE_NODE_OPTIONS.length)).toEqual(SERVICE_NODE_OPTIONS);
  });

  it('is reached from this machine alone', () => {
    const published = containers.flatMap(([, { ports }]) => ports ?? []);
    expect(published.length).toBeGreaterThan(0);
    expect(published.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });
});
