/** Loaded into a process before its own code: ends it, or lets it stand still, where it was told to. */
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { CRASH_POINT_CHANNEL } from '@baton/platform-kit';
import { ARMED, EXIT_CODE, REPORT, type Armed } from './armed.ts';
import type { PointName } from './points.ts';
import { watchSockets } from './wire-points.ts';

const report = process.env[REPORT]!;
const armed = process.env[ARMED] === undefined ? undefined : (JSON.parse(process.env[ARMED]) as Armed);
const passings = new Map<PointName, number>();

function passed(point: PointName): void {
  // What a process has compiled is written when it ends in order, which few do here; the others start in half the time with it.
  if (passings.size === 0) flushCompileCache();
  const times = (passings.get(point) ?? 0) + 1;
  passings.set(point, times);
  const hit = armed?.point === point && armed.nth === times;
  if (times === 1 || hit) appendFileSync(report, `${JSON.stringify({ pid: process.pid, point, atMs: Date.now(), hit })}\n`);
  if (!hit) return;
  if (armed.how === 'exit') process.exit(EXIT_CODE);
  process.kill(process.pid, armed.how);
}

subscribe(CRASH_POINT_CHANNEL, (message) => passed((message as { readonly point: PointName }).point));
watchSockets(process.env['BATON_NAMESPACE']!, passed);
