/**
 * A TCP relay between one process and one server, for what a network does: connections break, everything is late, nothing
 * comes through. Bytes that a black hole has swallowed arrive when it is gone, as they do after a partition of the network:
 * a request whose sender gave up long ago is carried out late.
 */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface Proxy {
  readonly port: number;
  /** Connections break, and new ones are refused until it is mended. */
  cut(): void;
  /** Each piece of data waits so long in each direction, in order. */
  slow(delayMs: number): void;
  /** Nothing comes through, in either direction; connections stay open and new ones are accepted. */
  blackHole(): void;
  mend(): void;
  /** From now on the other end is there; connections to the old one break. */
  repoint(target: Address): void;
  close(): Promise<void>;
}

export async function openProxy(options: { readonly port: number; readonly target: Address }): Promise<Proxy> {
  let { target } = options;
  let mode: 'open' | 'cut' | 'black-hole' = 'open';
  let delayMs = 0;
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();

  const passable = async (): Promise<void> => (mode === 'black-hole' ? new Promise((go) => waiting.add(go)) : undefined);

  /** Reads a piece, waits as the mode says, writes it: in order, and no faster than the other end takes it. */
  function relay(from: Socket, to: Socket): void {
    sockets.add(from);
    from.setNoDelay(true);
    from.on('data', (piece) => {
      from.pause();
      void (async () => {
        if (delayMs > 0) await sleep(delayMs);
        await passable();
        if (to.write(piece)) from.resume();
        else to.once('drain', () => from.resume());
      })();
    });
    // What broke is told by its close.
    from.on('error', () => undefined);
    from.on('close', () => {
      sockets.delete(from);
      void (async () => {
        await passable();
        to.end();
      })();
    });
  }

  function drop(): void {
    for (const socket of sockets) socket.destroy();
  }
  function pass(): void {
    for (const go of waiting) go();
    waiting.clear();
  }

  const server = createServer((client) => {
    if (mode === 'cut') return void client.resetAndDestroy();
    const upstream = connect(target);
    relay(client, upstream);
    relay(upstream, client);
  });
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: options.port,
    cut() {
      mode = 'cut';
      drop();
      pass();
    },
    slow: (ms) => void (delayMs = ms),
    blackHole: () => void (mode = 'black-hole'),
    mend() {
      mode = 'open';
      delayMs = 0;
      pass();
    },
    repoint(to) {
      target = to;
      drop();
    },
    async close() {
      server.close();
      drop();
      pass();
    },
  };
}
