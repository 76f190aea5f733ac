/**
 * The thread that watches the event loop of its process; see watchdog.ts. It imports nothing of ours and is plain
 * JavaScript, since what takes types away needs more memory than all of this.
 */
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';

/** @type {import('./watchdog.ts').WatchOrders} */
const { beats, everyMs, ticks, service, limitMs, pid } = workerData;
let seen = Atomics.load(beats, 0);
let missed = 0;

setInterval(() => {
  const now = Atomics.load(beats, 0);
  missed = now === seen ? missed + 1 : 0;
  seen = now;
  if (missed < ticks) return;
  const line = { level: 'fatal', time: new Date().toISOString(), service, blockedMs: limitMs, msg: 'the event loop is blocked: the process is ended, so that others go on with its work' };
  try {
    writeSync(1, `${JSON.stringify(line)}\n`);
  } catch {
    // Nobody reads it; the end is what matters.
  }
  // Any other signal waits for the loop that is blocked.
  process.kill(pid, 'SIGKILL');
}, everyMs);
