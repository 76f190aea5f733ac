import { readFileSync } from 'node:fs';

/** What is printed of a series: quantiles by the nearest-rank method. */
export function quantile(sorted: readonly number[], q: number): number {
  if (sorted.length === 0) return Number.NaN;
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))]!;
}

export interface Usage {
  /** User and system time of the process. */
  readonly cpuSeconds: number;
  readonly rssBytes: number;
}

export function usageNow(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuSeconds: (user + system) / 1e6, rssBytes: process.memoryUsage.rss() };
}

/** Of another process, from Linux's proc file system; its clock ticks a hundred times a second. */
export function usageOfProcess(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const rssKiB = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  return { cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100, rssBytes: rssKiB * 1_024 };
}

export interface Series {
  readonly runs: number;
  readonly seconds: number;
  readonly runsPerSecond: number;
  readonly stepsPerSecond: number;
}

export const seriesOf = (runs: number, steps: number, ms: number): Series => ({ runs, seconds: ms / 1_000, runsPerSecond: (runs * 1_000) / ms, stepsPerSecond: (runs * steps * 1_000) / ms });
