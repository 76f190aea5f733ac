import { createServer } from 'node:net';
import { createSocket } from 'node:dgram';
import { randomInt } from 'node:crypto';
import { LocalServerError } from './errors.ts';

export const localHost = '127.0.0.1';

/**
 * A port of this machine that nobody listens on, and that no other call is given as long as this process lives, in whatever
 * process: its server may take seconds until it listens, and is stopped and started again by some.
 *
 * Not the one the kernel gives for port 0: that comes from the range from which outgoing connections take theirs, so a server
 * that is stopped and started again on "its" port could find a client's connection sitting there.
 */
export async function freePort(draw: () => number = () => randomInt(20_000, 32_000)): Promise<number> {
  for (let tries = 0; tries < 200; tries += 1) {
    const port = draw();
    if ((await reserve(port)) && (await isPortFree(port))) return port;
  }
  throw new LocalServerError('port_taken', 'No free port was found between 20000 and 32000.', 'Stop some servers on this machine, or choose a port yourself.');
}

/** So many different ones, none of `taken`. */
export async function freePorts(count: number, taken: readonly number[] = []): Promise<readonly number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = await freePort();
    if (!taken.includes(port)) found.add(port);
  }
  return [...found];
}

const TRIES = 3;

/** A port of our choice may be taken by somebody else before the server has it: then another is chosen. */
export async function withPortsOfOurChoice<T>({ chosenByUs }: { readonly chosenByUs: boolean }, start: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start();
    } catch (error) {
      const lostTheRace = error instanceof LocalServerError && error.code === 'start_failed' && /Address already in use|BindException/.test(error.message);
      if (!lostTheRace || !chosenByUs || attempt >= TRIES) throw error;
    }
  }
}

/**
 * Takes the UDP port of the same number, which nobody here has a use for: the system gives it to one process only, and takes
 * it back when that ends, however it ends. Where it gives nobody any, ports are as free as they were.
 */
function reserve(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4').unref();
    socket.once('error', (error: NodeJS.ErrnoException) => socket.close(() => resolve(error.code !== 'EADDRINUSE')));
    socket.bind({ address: localHost, port, exclusive: true }, () => resolve(true));
  });
}

export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ host: localHost, port, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** The configured port when it is free, otherwise one of our choice; throws `port_taken` when the configured one is in use. */
export async function choosePort(configured: number | undefined, what: string, option: string): Promise<number> {
  if (configured === undefined) return freePort();
  if (!Number.isInteger(configured) || configured < 1 || configured > 65_535) {
    throw new LocalServerError('bad_option', `${what}: ${configured} is not a port.`, `Give ${option} a whole number from 1 to 65535.`);
  }
  if (await isPortFree(configured)) return configured;
  throw new LocalServerError(
    'port_taken',
    `${what} cannot listen on ${localHost}:${configured}: something else already does.`,
    `Stop that, or give ${option} another port (without it, a free one is chosen).`,
  );
}
