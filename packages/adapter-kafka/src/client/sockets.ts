/**
 * The sockets of one client generation. kafkajs goes on retrying inside a send that its caller has given up, and would
 * deliver a batch minutes later through a fresh connection; cutting the sockets, for good, is the only way to end that.
 */
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { ISocketFactory } from 'kafkajs';

const KEEP_ALIVE_MS = 60_000;

/** For tests of what goes wrong on the way to a broker. */
export interface NetworkHooks {
  /** Told of each client's sockets, so that a whole process can be cut off. */
  opened?(sockets: Sockets): void;
  /** Where to connect instead. */
  route?(address: { readonly host: string; readonly port: number }): { readonly host: string; readonly port: number };
}

export class Sockets {
  readonly #open = new Set<Socket>();
  readonly #route: (address: { readonly host: string; readonly port: number }) => { readonly host: string; readonly port: number };
  #cut = false;

  constructor(hooks: NetworkHooks = {}) {
    this.#route = (address) => hooks.route?.(address) ?? address;
    hooks.opened?.(this);
  }

  readonly factory: ISocketFactory = ({ host, port, ssl, onConnect }) => {
    if (this.#cut) throw new Error('This client was closed');
    const options = this.#route({ host, port });
    const socket = ssl
      ? connectTls({ ...options, ...(isIP(host) === 0 && { servername: host }), ...(ssl as ConnectionOptions) }, onConnect)
      : connectPlain(options, onConnect);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    // kafkajs writes a request in one piece and waits for the answer: there is nothing for Nagle to gather.
    socket.setNoDelay(true);
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    return socket;
  };

  /**
   * The bootstrap list, empty once the sockets are cut: that is the one error on the way to a connection that kafkajs does
   * not try again, so its loops end.
   */
  bootstrap(brokers: readonly string[]): string[] {
    return this.#cut ? [] : [...brokers];
  }

  /** Closes every connection and refuses new ones. */
  cut(): void {
    this.#cut = true;
    for (const socket of this.#open) socket.destroy(new Error('This client was closed'));
  }
}
