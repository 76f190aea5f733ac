import type { Proxy } from '../proxy.ts';
import type { Stage } from '../stage.ts';
import type { Fault } from './fault.ts';

type Server = 'kafka' | 'redis';

const linksOf = (stage: Stage, server: Server, target: string): readonly Proxy[] => {
  const { links } = stage[server];
  return target === 'everybody' ? [...links.values()] : [links.get(target)!];
};

/** Something happens to the connections between a server and one process, or everybody, until it is mended. */
const network = (server: Server, change: (link: Proxy, delayMs: number) => void): Fault => ({
  async inject(stage, { target, delayMs = 0 }) {
    const links = linksOf(stage, server, target);
    for (const link of links) change(link, delayMs);
    return async () => {
      for (const link of links) link.mend();
      await Promise.all([...stage.roles.values()].filter(({ name, up }) => up && (target === 'everybody' || name === target)).map((role) => role.untilReady()));
    };
  },
});

/** Connections break, and new ones are refused. */
export const cut = (server: Server): Fault => network(server, (link) => link.cut());
/** Everything takes long. */
export const slow = (server: Server): Fault => network(server, (link, delayMs) => link.slow(delayMs));
/** Nothing comes through, and nobody is told. */
export const blackHole = (server: Server): Fault => network(server, (link) => link.blackHole());
