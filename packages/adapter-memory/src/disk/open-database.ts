/**
 * The embedded database. This folder (and `blobs/`) alone reaches outside the process: the rest of the adapter would run
 * in a browser, but an embedded system that is to survive its process needs a disk, and SQLite is the one durable store
 * that Node brings along, so that nobody has to install anything.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { OperatingError } from '@baton/contracts';

const FORMAT = '1';

export interface DatabaseIdentity {
  readonly namespace: string;
  readonly partitions: number;
}

/**
 * Opens or creates the database of a directory, for this process alone.
 * @throws OperatingError where it is open elsewhere, belongs to another namespace or has another partition count.
 */
export function openDatabase(directory: string, identity: DatabaseIdentity): DatabaseSync {
  const path = join(directory, 'baton.sqlite');
  const Database = loadSqlite();
  let database: DatabaseSync;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    database = new Database(path);
  } catch (cause) {
    throw new OperatingError('unavailable', `The directory ${directory} cannot be used: ${(cause as Error).message}`, { retry: 'no', cause });
  }
  try {
    // Exclusive: a second process would have another view and other lanes on the same log. The lock goes with the process, however it ends.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA temp_store = MEMORY');
    database.exec(`BEGIN IMMEDIATE;
      CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS log (id INTEGER PRIMARY KEY, topic TEXT NOT NULL, partition INTEGER NOT NULL, UNIQUE (topic, partition));
      CREATE TABLE IF NOT EXISTS record (log INTEGER NOT NULL, off INTEGER NOT NULL, ts INTEGER NOT NULL, key TEXT, value BLOB, headers TEXT, PRIMARY KEY (log, off)) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS position (grp TEXT NOT NULL, topic TEXT NOT NULL, partition INTEGER NOT NULL, off INTEGER NOT NULL, PRIMARY KEY (grp, topic, partition)) WITHOUT ROWID;
      COMMIT`);
    checkIdentity(database, directory, identity);
    return database;
  } catch (cause) {
    database.close();
    if (cause instanceof OperatingError) throw cause;
    const locked = /locked|busy/i.test((cause as Error).message);
    throw new OperatingError('unavailable', locked ? `The directory ${directory} is in use by another process; stop it first, or choose another directory` : `The directory ${directory} cannot be used: ${(cause as Error).message}`, { retry: locked ? 'yes' : 'no', cause });
  }
}

function checkIdentity(database: DatabaseSync, directory: string, { namespace, partitions }: DatabaseIdentity): void {
  const remember = database.prepare('INSERT OR IGNORE INTO about (name, value) VALUES (?, ?)');
  const recall = database.prepare('SELECT value FROM about WHERE name = ?');
  for (const [name, expected] of Object.entries({ format: FORMAT, namespace, partitions: String(partitions) })) {
    remember.run(name, expected);
    const found = String(recall.get(name)?.['value']);
    if (found !== expected) throw new OperatingError('unavailable', `The directory ${directory} has ${name} ${found}, but ${expected} is asked for; use the one it was made with, or another directory`, { retry: 'no' });
  }
}

/** Where this Node still calls SQLite experimental it says so on loading; that is ours to know, not the user's. */
function loadSqlite(): typeof DatabaseSync {
  const { emitWarning } = process;
  process.emitWarning = ((warning: string | Error, ...rest: unknown[]) => {
    if (!String(warning).includes('SQLite')) (emitWarning as (...args: unknown[]) => void).call(process, warning, ...rest);
  }) as typeof process.emitWarning;
  try {
    const sqlite = process.getBuiltinModule('node:sqlite');
    if (sqlite === undefined) throw new OperatingError('unavailable', `Node ${process.version} has no SQLite; use Node 24, or leave the directory out`, { retry: 'no' });
    return sqlite.DatabaseSync;
  } finally {
    process.emitWarning = emitWarning;
  }
}
