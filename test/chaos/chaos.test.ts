/** A minute of it, always the same one: the servers are its own, since they are killed. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { describeWithServers } from '@baton/local';
import { chaos } from './chaos.ts';
import { linesOf } from './report.ts';

const SEED = 3;
/** Each comes once, in the order of the seed; what a minute has no room for is left to `npm run chaos`. */
const KINDS = ['kill-orchestrator', 'freeze-orchestrator', 'kill-worker', 'kill-broker', 'flush-redis', 'kill-redis', 'promote-lagging-replica', 'cut-kafka', 'black-hole-kafka', 'black-hole-redis', 'kill-gateway'] as const;
/** On a busy machine a fault takes longer until what it hit is whole again, and fewer fit. */
const LEAST_FAULTS = 4;
const LEAST_RUNS = 100;

describeWithServers(['kafka', 'redis'], 'a minute of chaos', () => {
  it(`of seed ${SEED} violates nothing: no start is lost, no amount moves twice, every run ends`, async () => {
    const keepIn = mkdtempSync(join(tmpdir(), 'baton-chaos-kept-'));
    const said: string[] = [];
    const report = await chaos({ seed: SEED, minutes: 1, runsPerSecond: 4, orchestrators: 2, workers: 2, partitions: 6, sessionMs: 6_000, kinds: KINDS, keepIn, say: (line) => void said.push(line) });
    const kept = readdirSync(keepIn);
    // What is kept of a violation stays, with its place in the message.
    if (kept.length === 0) rmSync(keepIn, { recursive: true });
    expect({ violations: report.violations, kept, story: report.violations.length === 0 ? [] : [...said, ...linesOf(report)] }).toEqual({ violations: [], kept: [], story: [] });
    expect(report.invariants.filter(({ outcome }) => outcome === 'held').map(({ invariant }) => invariant)).toEqual(expect.arrayContaining(['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9', 'I10', 'I11', 'I12', 'I13', 'I15', 'I24']));
    expect(report.faults.total).toBeGreaterThanOrEqual(LEAST_FAULTS);
    expect(report.runs).toBeGreaterThanOrEqual(LEAST_RUNS);
  }, 1_200_000);
});
