import { describe, expect, it } from '@jest/globals';
import { disturbances, warningsIn, type DisturbanceFacts } from './disturbances.ts';
import type { RoleEvent } from './role.ts';

const SESSION_MS = 10_000;
const started = (role: string, pid: number, atMs: number): RoleEvent => ({ role, pid, atMs, what: 'started' });
const facts = (change: Partial<DisturbanceFacts>): DisturbanceFacts => ({
  workers: ['worker-1', 'worker-2'],
  performed: [],
  warnings: [],
  sessionMs: SESSION_MS,
  ...change,
  events: [started('worker-1', 11, 0), started('worker-2', 21, 0), started('orchestrator-1', 31, 0), ...(change.events ?? [])],
});

describe('disturbances', () => {
  it('are what was done to a worker, of the process that it was done to', () => {
    const events: readonly RoleEvent[] = [
      { role: 'worker-1', pid: 11, atMs: 50_000, what: 'killed' },
      started('worker-1', 12, 53_000),
      { role: 'worker-2', pid: 21, atMs: 60_000, what: 'frozen' },
      { role: 'worker-2', pid: 21, atMs: 72_000, what: 'thawed' },
      { role: 'worker-1', pid: 12, atMs: 80_000, what: 'ended by itself' },
    ];
    expect(disturbances(facts({ events }))).toEqual([
      { process: 'process 11', fromMs: 50_000, toMs: 51_000 },
      { process: 'process 21', fromMs: 60_000, toMs: 82_000 },
      { process: 'process 12', fromMs: 70_000, toMs: 80_000 },
    ]);
  });

  it('are of every process that a worker was while its way to Kafka was broken, and of all where everybody’s was, or the broker died', () => {
    const events = [started('worker-1', 12, 55_000), started('worker-1', 13, 90_000)];
    const performed = [
      { kind: 'cut-kafka', target: 'worker-1', injectedMs: 50_000, wholeMs: 60_000 },
      { kind: 'slow-kafka', target: 'everybody', injectedMs: 100_000, wholeMs: 105_000 },
      { kind: 'kill-broker', target: 'kafka', injectedMs: 110_000 },
    ] as const;
    expect(disturbances(facts({ events, performed }))).toEqual([
      { process: 'process 11', fromMs: 50_000, toMs: 70_000 },
      { process: 'process 12', fromMs: 50_000, toMs: 70_000 },
      { fromMs: 100_000, toMs: 115_000 },
      { fromMs: 110_000, toMs: Infinity },
    ]);
  });

  it('are none where others were hit, or where it was told to stop', () => {
    const events: readonly RoleEvent[] = [{ role: 'orchestrator-1', pid: 31, atMs: 1, what: 'killed' }, { role: 'worker-1', pid: 11, atMs: 2, what: 'told to stop' }];
    const performed = [{ kind: 'black-hole-kafka', target: 'orchestrator-1', injectedMs: 1, wholeMs: 2 }, { kind: 'flush-redis', target: 'redis', injectedMs: 1, wholeMs: 2 }, { kind: 'cut-redis', target: 'everybody', injectedMs: 1, wholeMs: 2 }] as const;
    expect(disturbances(facts({ events, performed }))).toEqual([]);
  });

  it('are what a worker says of itself, which it may say late', () => {
    const log = ['no JSON', '{"level":"warn","time":"1970-01-01T00:01:00.000Z","msg":"Positions could not be written before the partitions change hands; what was done since the last ones may run twice"}', '{"level":"warn","time":"1970-01-01T00:02:00.000Z","msg":"Reading was interrupted and begins again"}', ''].join('\n');
    const warnings = warningsIn('worker-2', log);
    expect(warnings).toEqual([{ role: 'worker-2', atMs: 60_000 }, { role: 'worker-2', atMs: 120_000 }]);
    expect(disturbances(facts({ warnings }))).toEqual([{ process: 'process 21', fromMs: 50_000, toMs: 60_000 }, { process: 'process 21', fromMs: 110_000, toMs: 120_000 }]);
  });
});
