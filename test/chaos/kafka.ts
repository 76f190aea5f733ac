/**
 * One broker with a listener for each process, advertised as the process's own proxy: whoever comes in by a listener is sent
 * back to it, so the connections of one process can be cut without touching another's.
 */
import { startKafka, type KafkaServer } from '@baton/local';
import { openProxy, type Proxy } from './proxy.ts';

export interface ProxiedKafka {
  readonly server: KafkaServer;
  /** Past every proxy, for whoever looks on. */
  readonly brokers: readonly string[];
  /** By process. */
  readonly links: ReadonlyMap<string, Proxy>;
  brokersOf(role: string): string;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

export async function startProxiedKafka(roles: readonly string[], { nextPort, onProgress }: { nextPort(): Promise<number>; onProgress(line: string): void }): Promise<ProxiedKafka> {
  const [port, controllerPort] = [await nextPort(), await nextPort()];
  const links = new Map<string, Proxy>();
  const listeners = [`PLAINTEXT://${HOST}:${port}`, `CONTROLLER://${HOST}:${controllerPort}`];
  const advertised = [`PLAINTEXT://${HOST}:${port}`];
  const protocols = ['PLAINTEXT:PLAINTEXT', 'CONTROLLER:PLAINTEXT'];
  for (const role of roles) {
    const name = role.replaceAll('-', '').toUpperCase();
    const listener = await nextPort();
    const link = await openProxy({ port: await nextPort(), target: { host: HOST, port: listener } });
    links.set(role, link);
    listeners.push(`${name}://${HOST}:${listener}`);
    advertised.push(`${name}://${HOST}:${link.port}`);
    protocols.push(`${name}:PLAINTEXT`);
  }
  const server = await startKafka({
    port,
    controllerPort,
    env: { ...process.env, BATON_KAFKA_BROKERS: undefined },
    onProgress,
    // A machine that carries all of this starts a broker slowly.
    startDeadlineMs: 120_000,
    settings: {
      listeners: listeners.join(','),
      'advertised.listeners': advertised.join(','),
      'listener.security.protocol.map': protocols.join(','),
      'inter.broker.listener.name': 'PLAINTEXT',
      // For each listener.
      'num.network.threads': '1',
    },
  });
  return {
    server,
    brokers: server.brokers,
    links,
    brokersOf: (role) => `${HOST}:${links.get(role)!.port}`,
    async close() {
      await Promise.all([...links.values()].map((link) => link.close()));
      await server.close();
    },
  };
}
