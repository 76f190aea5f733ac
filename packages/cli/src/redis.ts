import { usage } from './failure.ts';

/** @throws Failure where no Redis is named. */
export function redisUrlOf(env: Readonly<Record<string, string | undefined>>): string {
  const url = (env['BATON_REDIS_URL'] ?? '').trim();
  if (url === '') throw usage('This command speaks to Redis itself and knows none', 'Set BATON_REDIS_URL, such as redis://localhost:6379');
  return url;
}
