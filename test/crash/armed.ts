/** What a process is told before it starts, and what it leaves behind: by environment and by a file, since it may not live to say it. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { How, PointName } from './points.ts';

/** The variables of tests, which the platform's configuration leaves alone. */
export const ARMED = 'BATON_TEST_CRASH';
export const REPORT = 'BATON_TEST_CRASH_REPORT';

export interface Armed {
  readonly point: PointName;
  /** At which passing. */
  readonly nth: number;
  readonly how: How;
}

/** The first passing of each point in each process, and where one was hit. */
export interface Passing {
  readonly pid: number;
  readonly point: PointName;
  readonly atMs: number;
  readonly hit: boolean;
}

/** Of `exit`, so that it cannot be taken for another end. */
export const EXIT_CODE = 86;

/** What all processes of a stage have reported so far. It is looked at often and grows long, so each look reads on from where the last one ended. */
export interface Report {
  passings(): readonly Passing[];
  hitBy(pid: number): Passing | undefined;
}

export function openReport(file: string): Report {
  closeSync(openSync(file, 'a'));
  const seen: Passing[] = [];
  let read = 0;
  const passings = (): readonly Passing[] => {
    const news = readFrom(file, read);
    const whole = news.subarray(0, news.lastIndexOf('\n') + 1);
    read += whole.byteLength;
    for (const line of whole.toString().split('\n')) if (line !== '') seen.push(JSON.parse(line) as Passing);
    return seen;
  };
  return { passings, hitBy: (pid) => passings().find((passing) => passing.hit && passing.pid === pid) };
}

function readFrom(file: string, position: number): Buffer {
  const fd = openSync(file, 'r');
  try {
    const news = Buffer.alloc(Math.max(0, fstatSync(fd).size - position));
    return news.subarray(0, readSync(fd, news, { position }));
  } finally {
    closeSync(fd);
  }
}
