import { readServerFacts } from '@baton/adapter-redis';
import { bytes, duration } from '../output/times.ts';
import type { Session } from '../session.ts';
import { looking, MAX_SKEW_MS, type Finding } from './finding.ts';

const LEAST_VERSION = [6, 2] as const;
const MOST_BEHIND_BYTES = 10_485_760;
/** Of maxmemory. */
const FULL = 0.8;

export async function ofRedis({ world }: Session): Promise<readonly Finding[]> {
  const url = (world.env['BATON_REDIS_URL'] ?? '').trim();
  if (url === '') return [{ what: 'Redis', state: 'warn', detail: 'not looked at', mend: 'Set BATON_REDIS_URL to have it checked' }];
  return looking('Redis', 'Check that Redis runs and BATON_REDIS_URL names it; starts are accepted without it', async () => {
    const { version, policy, appendOnly, open, role, replicas, usedBytes, maxBytes, clockAheadMs } = await readServerFacts({ url, namespace: 'doctor' });
    const [major = 0, minor = 0] = version.split('.').map(Number);
    const old = major < LEAST_VERSION[0] || (major === LEAST_VERSION[0] && minor < LEAST_VERSION[1]);
    const skewed = Math.abs(clockAheadMs) > MAX_SKEW_MS;
    const findings: Finding[] = [{ what: 'Redis', state: old ? 'fail' : 'ok', detail: `version ${version}, ${role}`, ...(old && { mend: `Run ${LEAST_VERSION.join('.')} or newer` }) }];
    if (policy === undefined) findings.push({ what: 'Redis eviction', state: 'warn', detail: 'the server does not tell its maxmemory-policy', mend: 'Make sure that it is noeviction' });
    else findings.push(policy === 'noeviction' ? { what: 'Redis eviction', state: 'ok', detail: policy } : { what: 'Redis eviction', state: 'fail', detail: `maxmemory-policy is ${policy}: keys of the view and wake-ups would disappear, and orchestrators refuse to start`, mend: 'redis-cli CONFIG SET maxmemory-policy noeviction, and the same in redis.conf' });
    if (appendOnly !== undefined) findings.push(appendOnly ? { what: 'Redis persistence', state: 'ok', detail: 'appendonly yes' } : { what: 'Redis persistence', state: 'warn', detail: 'appendonly is no: a restart loses the view, which is built again, and the wake-ups, which come late', mend: 'redis-cli CONFIG SET appendonly yes, and the same in redis.conf' });
    if (open !== undefined) findings.push(open ? { what: 'Redis access', state: 'warn', detail: 'anybody who reaches it may read inputs and outputs, and change the view', mend: 'Set requirepass or users with passwords, and name them in BATON_REDIS_URL' } : { what: 'Redis access', state: 'ok', detail: 'asks for a password' });
    for (const { address, state, behindBytes } of replicas) {
      const behind = state !== 'online' || behindBytes > MOST_BEHIND_BYTES;
      findings.push({ what: 'Redis replica', state: behind ? 'warn' : 'ok', detail: `${address} is ${state}, ${bytes(behindBytes)} behind`, ...(behind && { mend: 'Look at the network between the two, and at client-output-buffer-limit replica; a failover to it has the tail of the history folded again' }) });
    }
    if (maxBytes > 0) findings.push({ what: 'Redis memory', state: usedBytes > maxBytes * FULL ? 'warn' : 'ok', detail: `${bytes(usedBytes)} of ${bytes(maxBytes)}`, ...(usedBytes > maxBytes * FULL && { mend: 'redis-cli CONFIG SET maxmemory to more: a full Redis refuses writes, and the lanes wait' }) });
    findings.push({ what: 'Redis clock', state: skewed ? 'warn' : 'ok', detail: `${duration(Math.abs(clockAheadMs))} ${clockAheadMs < 0 ? 'behind' : 'ahead of'} this machine`, ...(skewed && { mend: 'Keep the clocks of all machines in step with NTP: the sweeper goes by this clock' }) });
    return findings;
  });
}
