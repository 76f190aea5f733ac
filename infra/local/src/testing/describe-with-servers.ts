import { missingRequirements, type ServerName } from '../requirements.ts';

type Describe = ((name: string, body: () => void) => void) & { skip: (name: string, body: () => void) => void };

/**
 * Jest's `describe` for tests that need real servers. Where the machine cannot have them (no Java, no redis-server) the
 * tests are reported by name as not run, with the reason; the test command turns that into a failure where CI is set.
 */
export function describeWithServers(servers: readonly ServerName[], name: string, body: () => void): void {
  const { describe } = globalThis as unknown as { describe: Describe };
  const missing = missingRequirements(servers);
  if (missing.length === 0) describe(name, body);
  else describe.skip(`${name} (not run: ${missing.map(({ what }) => `no ${what}`).join(', ')})`, body);
}
