/** Opens the door at which the run's tests ask for servers (see host.ts); starts none itself. Plain JS: jest loads it before any transform. */
import { hostTestServers, hostVariable } from './host.ts';

export default async function setup() {
  const host = await hostTestServers();
  process.env[hostVariable] = host.socketPath;
  globalThis.batonTestServersHost = host;
}
