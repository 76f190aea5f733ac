import { duration } from '../output/times.ts';
import type { Session } from '../session.ts';
import { MAX_SKEW_MS, type Finding } from './finding.ts';

export async function ofGateway({ client, world }: Session): Promise<Finding[]> {
  try {
    const beganMs = world.nowMs();
    const { status, checks, nowMs } = await client.readiness();
    const tookMs = world.nowMs() - beganMs;
    const skewMs = nowMs - (beganMs + tookMs / 2);
    const findings: Finding[] = [status === 'not-ready' ? { what: 'gateway', state: 'fail', detail: `${client.baseUrl} takes no starts at the moment`, mend: 'See the checks below' } : { what: 'gateway', state: 'ok', detail: `${client.baseUrl} answers in ${duration(tookMs)}` }];
    for (const [name, check] of Object.entries(checks)) {
      if (name === 'gateway' && check.ok) continue;
      findings.push({ what: `gateway: ${name}`, state: check.ok ? 'ok' : check.required ? 'fail' : 'warn', detail: check.detail ?? 'fine', ...(!check.ok && { mend: mendingOf(name) }) });
    }
    const skewed = Math.abs(skewMs) > MAX_SKEW_MS + tookMs / 2;
    findings.push({ what: 'clock', state: skewed ? 'warn' : 'ok', detail: `${duration(Math.abs(skewMs))} ${skewMs < 0 ? 'ahead of' : 'behind'} the gateway`, ...(skewed && { mend: 'Keep the clocks of all machines in step with NTP: timers and time-outs follow them' }) });
    if (checks['definitions']?.detail === '0 workflows') findings.push({ what: 'workflows', state: 'warn', detail: 'none is published', mend: 'Start a step service: it publishes its workflows' });
    return findings;
  } catch (error) {
    return [{ what: 'gateway', state: 'fail', detail: (error as Error).message, mend: 'Start one here with: baton dev. Or name another with --url or BATON_URL' }];
  }
}

function mendingOf(check: string): string {
  if (check === 'kafka') return 'Check that the brokers run and BATON_KAFKA_BROKERS of the gateway names them';
  if (check === 'redis') return 'Check that Redis runs and BATON_REDIS_URL of the gateway names it; starts are accepted without it';
  if (check === 'views') return 'The orchestrators rebuild it from the history by themselves; if it stays so, look whether they run';
  return 'The log of the gateway says more';
}
