import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort } from '@baton/local';
import { eventually } from '../e2e/eventually.ts';
import { openProxy, type Proxy } from './proxy.ts';

/** Answers everything with its own name before it, and remembers what it got. */
async function echo(name: string): Promise<{ readonly server: Server; readonly port: number; readonly got: () => string }> {
  let got = '';
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (piece) => {
      got += piece.toString();
      socket.write(`${name}:${piece.toString()}`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port, got: () => got };
}

/** However it came about. */
const closed = (socket: Socket): Promise<void> => new Promise((resolve) => socket.once('close', () => resolve()));

describe('the proxy', () => {
  let one: Awaited<ReturnType<typeof echo>>;
  let proxy: Proxy;
  let clients: { readonly socket: Socket; readonly heard: () => string }[];
  beforeEach(async () => {
    one = await echo('one');
    proxy = await openProxy({ port: await freePort(), target: { host: '127.0.0.1', port: one.port } });
    clients = [];
  });
  afterEach(async () => {
    for (const { socket } of clients) socket.destroy();
    await proxy.close();
    one.server.close();
  });
  const client = () => {
    const socket = connect({ host: '127.0.0.1', port: proxy.port });
    let heard = '';
    socket.on('data', (piece) => (heard += piece.toString()));
    socket.on('error', () => undefined);
    const made = { socket, heard: () => heard };
    clients.push(made);
    return made;
  };
  const says = async ({ socket, heard }: ReturnType<typeof client>, text: string, answer: string): Promise<void> => {
    socket.write(text);
    await eventually(() => heard().endsWith(answer), `the answer ${answer}`, 60_000, heard);
  };

  it('passes everything on, in both directions and in order, however much it is', async () => {
    const { socket, heard } = client();
    const much = Array.from({ length: 200_000 }, (_, i) => `${i}`).join();
    socket.write(much);
    await eventually(() => one.got().length === much.length, 'everything to arrive');
    expect(one.got()).toBe(much);
    await eventually(() => heard().replaceAll('one:', '') === much, 'everything to come back');
  });

  it('breaks connections when it is cut, refuses new ones, and takes them again when it is mended', async () => {
    const before = client();
    await says(before, 'a', 'one:a');
    const broken = closed(before.socket);
    proxy.cut();
    await broken;
    const refused = client();
    await closed(refused.socket);
    expect(refused.heard()).toBe('');
    proxy.mend();
    await says(client(), 'b', 'one:b');
    expect(one.got()).toBe('ab');
  });

  it('lets nothing through as a black hole, and delivers late what was sent meanwhile, also of a sender that has gone', async () => {
    const patient = client();
    const gone = client();
    await says(patient, 'a', 'one:a');
    await says(gone, 'b', 'one:b');
    proxy.blackHole();
    patient.socket.write('c');
    gone.socket.end('d');
    await once(gone.socket, 'finish');
    // What passes an open proxy in the same time does not pass this one.
    const other = await openProxy({ port: await freePort(), target: { host: '127.0.0.1', port: one.port } });
    const beside = connect({ host: '127.0.0.1', port: other.port });
    beside.write('e');
    await eventually(() => one.got() === 'abe', 'what goes past it', 60_000, one.got);
    beside.destroy();
    await other.close();
    expect(one.got()).toBe('abe');
    proxy.mend();
    await eventually(() => one.got().length === 5, 'what was held', 60_000, one.got);
    expect([...one.got()].sort().join('')).toBe('abcde');
    await eventually(() => patient.heard() === 'one:aone:c', 'its answer', 60_000, patient.heard);
  });

  it('is as slow as it is told, in each direction', async () => {
    const slow = client();
    await says(slow, 'a', 'one:a');
    proxy.slow(150);
    const fromMs = performance.now();
    await says(slow, 'b', 'one:b');
    expect(performance.now() - fromMs).toBeGreaterThanOrEqual(290);
  });

  it('leads somewhere else once it is told, and breaks connections to the old place', async () => {
    const two = await echo('two');
    const before = client();
    await says(before, 'a', 'one:a');
    const broken = closed(before.socket);
    proxy.repoint({ host: '127.0.0.1', port: two.port });
    await broken;
    await says(client(), 'b', 'two:b');
    two.server.close();
  });
});
