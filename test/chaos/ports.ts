import { freePort } from '@baton/local';

/** Free ports, each given once: what is chosen now may be listened on minutes later. */
export function portPool(): () => Promise<number> {
  const given = new Set<number>();
  return async () => {
    for (;;) {
      const port = await freePort();
      if (given.has(port)) continue;
      given.add(port);
      return port;
    }
  };
}
