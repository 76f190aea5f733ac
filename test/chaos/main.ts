/**
 * `npm run chaos -- --minutes 10 --seed S [--rate N] [--json FILE]`: the system on real servers, under load, while everything
 * goes wrong by a plan. Ends with 1 where something was violated.
 */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chaos } from './chaos.ts';
import { FAULT_KINDS, type FaultKind } from './plan.ts';
import { linesOf } from './report.ts';

const USAGE = `Usage: npm run chaos -- [--minutes M] [--seed S] [--rate N] [--json FILE] [--keep DIR]
  --minutes M   how long load and faults last; default 10
  --seed S      of the plan and the load; default: of the moment
  --rate N      runs started per second; default 8
  --session N   seconds of silence until a member of a group is given up; default 10
  --kinds A,B   only these kinds of faults; default: all
  --every N     seconds from one fault to the next; default: by chance
  --json FILE   the report for machines
  --keep DIR    where logs, plan and raw records go when something is violated; default out/chaos-<seed>
  --keep-always they go there in any case`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      rate: { type: 'string', default: '8' },
      session: { type: 'string', default: '10' },
      json: { type: 'string' },
      keep: { type: 'string' },
      'keep-always': { type: 'boolean', default: false },
      kinds: { type: 'string' },
      every: { type: 'string' },
    },
  });
  const seed = number('seed', values.seed, { least: 0, whole: true });
  const report = await chaos({
    seed,
    minutes: number('minutes', values.minutes, { least: 0.1 }),
    runsPerSecond: number('rate', values.rate, { least: 0.1 }),
    sessionMs: number('session', values.session, { least: 6, whole: true }) * 1_000,
    orchestrators: 3,
    workers: 3,
    partitions: 12,
    ...(values.every !== undefined && { everyMs: number('every', values.every, { least: 0.1 }) * 1_000 }),
    ...(values.kinds !== undefined && { kinds: values.kinds.split(',').map(kindOf) }),
    keepAlways: values['keep-always'],
    keepIn: resolve(values.keep ?? join('out', `chaos-${seed}`)),
    say: (line) => console.log(line),
  });
  console.log(`\n${linesOf(report).join('\n')}`);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
  return report.violations.length > 0 ? 1 : 0;
}

function number(name: string, text: string, { least, whole = false }: { readonly least: number; readonly whole?: boolean }): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < least || (whole && !Number.isInteger(value))) throw new TypeError(`--${name} expects a ${whole ? 'whole ' : ''}number from ${least}, but found ${text}`);
  return value;
}

function kindOf(text: string): FaultKind {
  const kind = FAULT_KINDS.find((known) => known === text);
  if (kind === undefined) throw new TypeError(`--kinds: there is no fault "${text}"; there are ${FAULT_KINDS.join(', ')}`);
  return kind;
}

// Roles are ended when this process exits, which a signal alone would not bring about.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  console.error(`${error.message}\n${USAGE}`);
  process.exitCode = 2;
}
