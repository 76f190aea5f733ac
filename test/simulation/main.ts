/**
 * `npm run sim -- --seeds N [--from S] [--minutes M] [--json FILE]`: runs the engine in simulated worlds where everything
 * goes wrong. Ends with 1 where a seed violates an invariant, or where a fault or crash point never happened.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Coverage, EXPECTED } from './coverage.ts';
import { FAULTS } from './faults.ts';
import { shrink } from './shrink.ts';
import { simulate } from './simulate.ts';

const USAGE = 'Usage: npm run sim -- [--seeds N] [--from S] [--minutes M] [--json FILE]\n  --seeds N     so many worlds; default 1000\n  --from S      the first seed; default 1\n  --minutes M   stop after so long\n  --json FILE   the figures as {seeds, violations, steps, faults, counts}';
/** Fewer worlds than this cannot be expected to show everything. */
const ENOUGH_FOR_COVERAGE = 1_000;

async function main({ seeds, from, minutes, json }: Plan): Promise<number> {
  const coverage = new Coverage();
  const violations: { seed: number; violations: readonly string[]; faults: readonly string[]; mostRuns: number }[] = [];
  const startedMs = performance.now();
  let saidMs = startedMs;
  const progress = (): string => {
    const seconds = (performance.now() - startedMs) / 1_000;
    return `${coverage.seeds} of ${seeds} seeds, ${Math.round(coverage.seeds / seconds)}/s, ${coverage.faults} faults, ${coverage.transitions} records, ${violations.length} violations`;
  };
  for (let seed = from; seed < from + seeds; seed++) {
    const result = await simulate({ seed });
    coverage.add(result);
    if (result.violations.length > 0) {
      const { result: smallest, faults, mostRuns } = await shrink(seed);
      violations.push({ seed, violations: smallest.violations, faults, mostRuns });
      console.log(`\nSeed ${seed} with ${mostRuns} runs and ${faults.length === 0 ? 'no faults' : faults.join(', ')}:\n${smallest.violations.map((violation) => `  ${violation}`).join('\n')}\nAgain with: npm run sim -- --from ${seed} --seeds 1\n`);
    }
    if (performance.now() - saidMs > 5_000) {
      saidMs = performance.now();
      console.log(progress());
    }
    if (minutes !== undefined && performance.now() - startedMs > minutes * 60_000) break;
  }
  console.log(`\n${progress()}\n`);
  const width = Math.max(...EXPECTED.map(({ length }) => length));
  for (const what of EXPECTED) console.log(`${what.padEnd(width)}  ${coverage.counts.get(what) ?? 0}`);
  const missing = coverage.seeds >= ENOUGH_FOR_COVERAGE ? coverage.missing : [];
  if (missing.length > 0) console.log(`\nNever happened: ${missing.join(', ')}`);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ seeds: coverage.seeds, from, violations, steps: coverage.steps, runs: coverage.runs, records: coverage.transitions, faults: Object.fromEntries(FAULTS.map((fault) => [fault, coverage.counts.get(fault) ?? 0])), counts: Object.fromEntries([...coverage.counts].sort(([a], [b]) => (a < b ? -1 : 1))) }, null, 2)}\n`);
  return violations.length + missing.length > 0 ? 1 : 0;
}

interface Plan {
  readonly seeds: number;
  readonly from: number;
  readonly minutes: number | undefined;
  readonly json: string | undefined;
}

/** @returns undefined, having said why, where the call makes no sense. */
function plan(): Plan | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    console.error(`${error.message}\n${USAGE}`);
    return undefined;
  }
}

function read(): Plan {
  const { values } = parseArgs({ options: { seeds: { type: 'string', default: '1000' }, from: { type: 'string', default: '1' }, minutes: { type: 'string' }, json: { type: 'string' } } });
  const number = (name: string, text: string, least: number): number => {
    const value = Number(text);
    if (!Number.isFinite(value) || value < least || (name !== 'minutes' && !Number.isInteger(value))) throw new TypeError(`--${name} expects a ${name === 'minutes' ? 'number' : 'whole number'} from ${least}, but found ${text}`);
    return value;
  };
  return { seeds: number('seeds', values.seeds, 1), from: number('from', values.from, 0), minutes: values.minutes === undefined ? undefined : number('minutes', values.minutes, 0), json: values.json };
}

const asked = plan();
process.exitCode = asked === undefined ? 2 : await main(asked);
