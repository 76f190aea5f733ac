import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbandoned, roomsDirectory } from './rooms.ts';

export interface SweepLimits {
  readonly maxBytes: number;
  readonly maxAgeMs: number;
  readonly nowMs: number;
  /** Parts that stay whatever their age. */
  readonly isInUse: (path: string) => boolean;
}

/** Another process may be using a part it touched a moment ago. */
const graceMs = 15 * 60_000;
/** A room of another machine, or of a process id that has been given anew. */
const roomMaxAgeMs = 24 * 3_600_000;

/** Takes away what a dead process left unfinished, parts unused for too long, and, beyond the size, those unused the longest. */
export async function sweepScratch(directory: string, limits: SweepLimits): Promise<{ partsRemoved: number; roomsRemoved: number; bytesKept: number }> {
  let roomsRemoved = 0;
  for (const { name, path, unusedMs } of await list(roomsDirectory(directory), limits.nowMs)) {
    if (!isAbandoned(name) && unusedMs < roomMaxAgeMs) continue;
    await rm(path, { recursive: true, force: true });
    roomsRemoved += 1;
  }
  const parts = (await list(join(directory, 'parts'), limits.nowMs)).sort((a, b) => b.unusedMs - a.unusedMs);
  let bytesKept = parts.reduce((sum, part) => sum + part.bytes, 0);
  let partsRemoved = 0;
  for (const part of parts) {
    const tooOld = part.unusedMs > limits.maxAgeMs;
    if (!tooOld && bytesKept <= limits.maxBytes) break;
    if (part.unusedMs < graceMs || limits.isInUse(part.path)) continue;
    await rm(part.path, { force: true });
    bytesKept -= part.bytes;
    partsRemoved += 1;
  }
  return { partsRemoved, roomsRemoved, bytesKept };
}

async function list(directory: string, nowMs: number): Promise<{ name: string; path: string; bytes: number; unusedMs: number }[]> {
  const names = await readdir(directory).catch(() => [] as string[]);
  const entries = await Promise.all(names.map(async (name) => {
    const path = join(directory, name);
    const found = await stat(path).catch(() => undefined);
    return found === undefined ? [] : [{ name, path, bytes: found.size, unusedMs: nowMs - found.mtimeMs }];
  }));
  return entries.flat();
}
