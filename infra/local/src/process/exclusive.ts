/**
 * One process at a time, by a lock that the operating system takes back when its holder dies (SQLite's on an empty file):
 * no stale lock can stay behind, and nobody has to guess whether a process number still means the same process.
 */
import { DatabaseSync } from 'node:sqlite';
import { waitUntil } from '../wait-until.ts';

export async function exclusively<T>(lockFile: string, options: { deadlineMs: number; onDeadline: () => Error }, work: () => Promise<T>): Promise<T> {
  const db = new DatabaseSync(lockFile, { timeout: 0 });
  try {
    await waitUntil(
      () => {
        try {
          db.exec('BEGIN EXCLUSIVE');
          return true;
        } catch (error) {
          if (/locked|busy/i.test((error as Error).message)) return false;
          throw error;
        }
      },
      { ...options, everyMs: 100 },
    );
    return await work();
  } finally {
    db.close();
  }
}
