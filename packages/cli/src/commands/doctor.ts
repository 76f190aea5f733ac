/** What is well and what is not, each with how to mend it. */
import { checkTopics, connectTopicAdmin, planFromEnvironment } from '@baton/topics';
import type { Command } from 'commander';
import { EXIT } from '../exit-codes.ts';
import { safe } from '../output/safe.ts';
import { duration } from '../output/times.ts';
import type { Session } from '../session.ts';

export interface Finding {
  readonly what: string;
  readonly state: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  readonly mend?: string;
}

const MAX_SKEW_MS = 2_000;

export function addDoctor(program: Command, session: (command: Command) => Session): void {
  program
    .command('doctor')
    .summary('find out what is wrong')
    .description('Look at the gateway, what it depends on, Kafka and its topics (with BATON_KAFKA_BROKERS) and the clocks, and say how to mend what is wrong. Ends with 5 where something fails.')
    .action(async (_options: unknown, command: Command) => {
      const called = session(command);
      const findings = [...ofHere(), ...(await ofGateway(called)), ...(await ofKafka(called))];
      const worst = findings.some(({ state }) => state === 'fail') ? 'fail' : findings.some(({ state }) => state === 'warn') ? 'warn' : 'ok';
      if (worst === 'fail') called.exit(EXIT.differences);
      called.answer({ state: worst, findings }, () => findings.flatMap((finding) => lines(finding, called)).join('\n'));
    });
}

function lines({ what, state, detail, mend }: Finding, { style }: Session): string[] {
  const sign = state === 'ok' ? style.good('ok  ') : state === 'warn' ? style.warn('warn') : style.bad('fail');
  return [`${sign}  ${what.padEnd(22)}  ${safe(detail)}`, ...(mend === undefined ? [] : [`      ${style.quiet(mend)}`])];
}

function ofHere(): Finding[] {
  const major = Number(process.versions.node.split('.')[0]);
  return [major >= 24 ? { what: 'Node.js', state: 'ok', detail: process.version } : { what: 'Node.js', state: 'warn', detail: `${process.version}, made for 24`, mend: 'Run through npm run baton, which brings its own' }];
}

async function ofGateway({ client, world }: Session): Promise<Finding[]> {
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

async function ofKafka({ world }: Session): Promise<Finding[]> {
  if ((world.env['BATON_KAFKA_BROKERS'] ?? '').trim() === '') return [{ what: 'Kafka', state: 'warn', detail: 'not looked at', mend: 'Set BATON_KAFKA_BROKERS to have brokers and topics checked' }];
  try {
    const { brokers, plan } = planFromEnvironment(world.env);
    const admin = await connectTopicAdmin({ brokers });
    try {
      const differences = await checkTopics(admin, plan);
      const found: Finding[] = [{ what: 'Kafka', state: 'ok', detail: `${brokers.join(', ')} answer` }];
      if (differences.length === 0) return [...found, { what: 'topics', state: 'ok', detail: `as they must be in namespace ${plan.namespace}` }];
      return [...found, ...differences.map(({ topic, what, expected, found: is, command }): Finding => ({ what: 'topics', state: 'fail', detail: `${topic}: ${what} is ${is}, expected ${expected}`, mend: command }))];
    } finally {
      await admin.close();
    }
  } catch (error) {
    return [{ what: 'Kafka', state: 'fail', detail: (error as Error).message.split('\n')[0] ?? '', mend: 'Check that the brokers run and BATON_KAFKA_BROKERS names them' }];
  }
}
