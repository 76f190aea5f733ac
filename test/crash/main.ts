/**
 * `npm run chaos:sweep [-- --point C7] [--how SIGSTOP] [--together N] [--json FILE]`: each process ends in each way at each
 * point of the table, on real Kafka and real Redis, and everything is checked after each. Ends with 1 where something does
 * not hold.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { servers } from '@baton/local';
import { CASES, HOWS, nameOf, type Case, type How } from './points.ts';
import { wavesOf } from './rounds.ts';
import { openStage, TOGETHER_AT_MOST, type Outcome, type Stage } from './stage.ts';

const USAGE = `Usage: npm run chaos:sweep -- [--point C7] [--how ${HOWS.join('|')}] [--together N] [--json FILE]
  --point P      only these: a moment such as C7 or the name of a point; may be given more than once
  --how H        only in this way; may be given more than once
  --together N   so many processes end in one round, side by side; default 1, which tells apart who did what
  --json FILE    the results as {cases, failures, results}`;
/** What a stage has seen is checked again after each of its rounds. */
const ROUNDS_PER_STAGE = 10;

interface Result {
  readonly case: Case;
  readonly failure?: string;
  readonly takeoverMs?: number;
}

async function main(): Promise<number> {
  const { cases, together, json } = read();
  const results: Result[] = [];
  const startedMs = performance.now();
  await using local = await servers({ onProgress: (line) => console.error(line) });
  let stage: Stage | undefined;
  let playedHere = 0;
  const leave = async (): Promise<void> => {
    await stage?.close();
    stage = undefined;
  };
  try {
    for (const wave of wavesOf(cases, together)) {
      const alone = wave[0]!.alone === true;
      if (alone || playedHere >= ROUNDS_PER_STAGE) await leave();
      if (stage === undefined) playedHere = 0;
      stage ??= await openStage(local, { alone });
      playedHere++;
      const outcome = await stage.play([wave]).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
      results.push(...(outcome instanceof Error ? wave.map((one) => ({ case: one, failure: outcome.message })) : outcome.outcomes.map((one): Outcome => one)));
      if (outcome instanceof Error) console.log(`\n${wave.map(nameOf).join(' and ')}:\n${outcome.message}\n`);
      // What is broken once stays broken.
      if (alone || outcome instanceof Error) await leave();
      const failures = results.filter(({ failure }) => failure !== undefined).length;
      console.log(`${results.length} of ${cases.length} cases, ${Math.round((performance.now() - startedMs) / 1_000)} s, ${failures} failed; ${wave.map(nameOf).join(', ')}`);
    }
  } finally {
    await leave();
  }
  printTable(results);
  const failures = results.filter(({ failure }) => failure !== undefined).length;
  if (json !== undefined) {
    const rows = results.map(({ case: { moment, role, point, how }, failure, takeoverMs }) => ({ moment, role, point, how, result: failure === undefined ? 'sound' : 'failed', ...(failure !== undefined && { failure }), ...(takeoverMs !== undefined && { takeoverMs }) }));
    writeFileSync(json, `${JSON.stringify({ cases: results.length, failures, results: rows }, null, 2)}\n`);
  }
  return failures > 0 ? 1 : 0;
}

function printTable(results: readonly Result[]): void {
  const row = (...[moment, role, point, how, result, takeover]: readonly string[]): void => console.log(`${moment!.padEnd(5)}${role!.padEnd(14)}${point!.padEnd(30)}${how!.padEnd(9)}${result!.padEnd(8)}${takeover!.padStart(10)}`);
  console.log('');
  row('', 'process', 'point', 'how', 'result', 'takeover');
  for (const { case: { moment, role, point, how }, failure, takeoverMs } of results) row(moment, role, point, how, failure === undefined ? 'sound' : 'FAILED', takeoverMs === undefined ? '' : `${(takeoverMs / 1_000).toFixed(1)} s`);
}

function read(): { readonly cases: readonly Case[]; readonly together: number; readonly json: string | undefined } {
  const { values } = parseArgs({ options: { point: { type: 'string', multiple: true }, how: { type: 'string', multiple: true }, together: { type: 'string', default: '1' }, json: { type: 'string' } } });
  const together = Number(values.together);
  if (!Number.isInteger(together) || together < 1 || together > TOGETHER_AT_MOST) throw new TypeError(`--together expects a whole number from 1 to ${TOGETHER_AT_MOST}, but found ${values.together}`);
  for (const how of values.how ?? []) if (!HOWS.includes(how as How)) throw new TypeError(`--how expects one of ${HOWS.join(', ')}, but found ${how}`);
  for (const point of values.point ?? []) if (!CASES.some((one) => one.moment === point || one.point === point)) throw new TypeError(`--point expects a moment or a point that a process ends at, but found ${point}; docs/internals/crash-points.md lists them`);
  const cases = CASES.filter((one) => (values.point?.some((point) => one.moment === point || one.point === point) ?? true) && (values.how?.includes(one.how) ?? true));
  return { cases, together, json: values.json };
}

// Broken off it takes its processes along: they are ended when this one exits.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  console.error(`${error.message}\n${USAGE}`);
  process.exitCode = 2;
}
