/** What is well and what is not, each with how to mend it. */
import type { Command } from 'commander';
import type { Finding } from '../doctor/finding.ts';
import { ofGateway } from '../doctor/gateway.ts';
import { ofKafka } from '../doctor/kafka.ts';
import { ofLanes } from '../doctor/lanes.ts';
import { ofRedis } from '../doctor/redis.ts';
import { EXIT } from '../exit-codes.ts';
import { safe } from '../output/safe.ts';
import type { Session } from '../session.ts';

export function addDoctor(program: Command, session: (command: Command) => Session): void {
  program
    .command('doctor')
    .summary('find out what is wrong')
    .description('Look at the gateway and what it depends on; at brokers, topics, rights, groups (with BATON_KAFKA_BROKERS); at Redis (with BATON_REDIS_URL); at lanes, dead letters and the age of what is carried forward (with both); and at the clocks. Say how to mend what is wrong. Ends with 5 where something fails.')
    .action(async (_options: unknown, command: Command) => {
      const called = session(command);
      const findings = [...ofHere(), ...(await ofGateway(called)), ...(await ofKafka(called)), ...(await ofRedis(called)), ...(await ofLanes(called))];
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
