/** `npm run bench -- <name> [options]`, on real Kafka and Redis where it needs them; without arguments it says what there is. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { servers, type ServerAddresses } from '@baton/local';
import { measureExpressions, printExpressions } from './expressions.ts';
import { measureFiveStep, printFiveStep } from './five-step.ts';
import { measureLag } from './lag.ts';
import { readOptions } from './read-options.ts';
import { measureRestore } from './restore.ts';
import { measureTimers } from './timers.ts';
import { measureWide } from './wide.ts';

interface Bench {
  readonly says: string;
  /** Its options: whole numbers, with their defaults. */
  readonly options: Readonly<Record<string, number>>;
  /** With real Kafka and Redis. */
  measure?(local: ServerAddresses, options: (name: string) => number): Promise<object>;
  /** Needs no servers. */
  measureHere?(): object;
  /** Default: a line for each figure. */
  print?(figures: never): void;
}

const onProgress = (line: string): void => console.error(line);
const placeOn = ({ kafkaBrokers, redisUrl }: ServerAddresses, kind: string) => ({ brokers: kafkaBrokers, redisUrl, namespace: `${kind}-${randomBytes(4).toString('hex')}` });

const BENCHES: Readonly<Record<string, Bench>> = {
  'five-step': {
    says: 'runs a second and how long one takes alone, against the same messages without an engine',
    options: { seconds: 15, 'in-flight': 200, 'alone-runs': 300, 'open-runs': 10_000 },
    measure: (local, of) => measureFiveStep(local, { seconds: of('seconds'), inFlight: of('in-flight'), aloneRuns: of('alone-runs'), openRuns: of('open-runs'), onProgress }),
    print: printFiveStep,
  },
  restore: {
    says: 'how fast a view is built again from the history',
    options: { runs: 20_000, 'payload-bytes': 1_024 },
    measure: (local, of) => measureRestore({ ...placeOn(local, 'restore'), runs: of('runs'), payloadBytes: of('payload-bytes') }),
  },
  lag: {
    says: 'an inbox that lay full before the orchestrator started is worked off: pace, and whether memory depends on how full',
    options: { messages: 1_000_000 },
    measure: (local, of) => measureLag({ ...placeOn(local, 'lag'), partitions: 12, messages: of('messages'), onProgress }),
  },
  timers: {
    says: 'timers that became due while no orchestrator ran are fired: pace, memory, and how late new work is meanwhile',
    options: { timers: 100_000 },
    measure: (local, of) => measureTimers({ ...placeOn(local, 'timers'), partitions: 12, timers: of('timers'), onProgress }),
  },
  wide: {
    says: 'what an item costs in a wide Map, a branch in a Parallel of many, a turn in a long loop; memory and sizes of records',
    options: { items: 10_000, branches: 200, turns: 10_000, 'result-bytes': 4 },
    measure: (local, of) => measureWide({ ...placeOn(local, 'wide'), partitions: 12, items: of('items'), branches: of('branches'), turns: of('turns'), resultBytes: of('result-bytes'), onProgress }),
  },
  expressions: {
    says: 'what expressions cost, and how soon hostile ones are held',
    options: {},
    measureHere: measureExpressions,
    print: printExpressions,
  },
};

const usage = (): string =>
  ['Usage:', ...Object.entries(BENCHES).flatMap(([name, { says, options }]) => [`  npm run bench -- ${name}${Object.entries(options).map(([option, value]) => ` [--${option} ${value}]`).join('')} [--json FILE]`, `      ${says}`])].join('\n');

const [name = '', ...rest] = process.argv.slice(2);
if (name === '--help' || name === '-h') {
  console.log(usage());
  process.exit(0);
}
const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
const asked = bench === undefined ? undefined : readOptions(rest, bench.options);
if (bench === undefined || asked === undefined) {
  console.error(usage());
  process.exit(2);
}

const figures = await (async () => {
  if (bench.measure === undefined) return bench.measureHere!();
  await using local = await servers({ onProgress });
  return await bench.measure(local, (option) => asked.numbers[option]!);
})();
if (asked.json !== undefined) writeFileSync(asked.json, `${JSON.stringify(figures, null, 2)}\n`);
if (bench.print !== undefined) bench.print(figures as never);
else for (const [figure, value] of Object.entries(figures)) console.log(`${figure.padEnd(34)}${(value as number).toFixed(value < 100 ? 1 : 0).padStart(12)}`);
// Instruments of the platform hold the process.
process.exit();
