/** A TCP proxy between a client and its broker, for what a network does to answers. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import type { NetworkHooks } from '../client/sockets.ts';

export interface Proxy {
  readonly network: NetworkHooks;
  /** The next answers of the broker are lost together with their connection, though it has done what it was asked. */
  loseAnswers(count: number): void;
  /** Answers are kept back from now on. The function that is given back loses them, and the connections with them, and ends it. */
  holdAnswers(): () => void;
  /** How many answers are kept back. */
  readonly held: number;
  /** How many answers were lost so far. */
  readonly lost: number;
  /** Connections break with the next `count` requests of this kind, which the broker never sees. @param apiKey Kafka's number of the request, such as 10 for FindCoordinator. */
  breakAtRequests(apiKey: number, count: number): void;
  /** How many requests were met so. */
  readonly broken: number;
  /** Connections break and new ones are refused. */
  cut(): void;
  /** The opposite. */
  mend(): void;
  close(): Promise<void>;
}

export async function openProxy(target: { readonly host: string; readonly port: number }): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let toLose = 0;
  let lost = 0;
  let isCut = false;
  let held: Set<Socket> | undefined;
  let toBreak = { apiKey: -1, count: 0 };
  let broken = 0;
  const server: Server = createServer((client) => {
    if (isCut) return void client.destroy();
    const broker = connect(target);
    for (const socket of [client, broker]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        broker.destroy();
      });
    }
    client.on('data', (bytes) => {
      // A request begins with its length (4 bytes) and its kind; kafkajs writes each in one piece.
      if (toBreak.count > 0 && bytes.length >= 6 && bytes.readInt16BE(4) === toBreak.apiKey) {
        toBreak.count--;
        broken++;
        client.destroy();
      } else {
        broker.write(bytes);
      }
    });
    client.on('end', () => broker.end());
    broker.on('data', (bytes) => {
      if (held !== undefined) {
        held.add(client);
      } else if (toLose > 0) {
        toLose--;
        lost++;
        client.destroy();
      } else {
        client.write(bytes);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    network: { route: () => ({ host: '127.0.0.1', port }) },
    loseAnswers: (count) => void (toLose = count),
    holdAnswers() {
      const waiting = new Set<Socket>();
      held = waiting;
      return () => {
        held = undefined;
        for (const client of waiting) client.destroy();
      };
    },
    get held() {
      return held?.size ?? 0;
    },
    breakAtRequests: (apiKey, count) => void (toBreak = { apiKey, count }),
    get broken() {
      return broken;
    },
    get lost() {
      return lost;
    },
    cut() {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    mend: () => void (isCut = false),
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

export const addressOf = (broker: string): { readonly host: string; readonly port: number } => ({ host: broker.split(':')[0]!, port: Number(broker.split(':')[1]) });
