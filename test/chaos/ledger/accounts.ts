/**
 * The accounts of the ledger in SQLite, one file for all workers. A movement is made under the idempotency key of its step,
 * in one transaction with both balances: however often the step is executed, the amount moves once.
 */
import { DatabaseSync } from 'node:sqlite';

export interface Movement {
  /** Of the step: the same for every attempt. */
  readonly idem: string;
  readonly runId: string;
  /** `debit`, `credit` or `refund`. */
  readonly what: string;
  readonly from: string;
  readonly to: string;
  readonly cents: number;
}

export interface Execution {
  /** Run, step and attempt: names one command. */
  readonly key: string;
  readonly idem: string;
  readonly runId: string;
  readonly step: string;
  readonly attempt: number;
  readonly pid: number;
  readonly atMs: number;
}

export interface Accounts {
  /** @returns false where this idempotency key has moved its amount before. */
  move(movement: Movement): boolean;
  /** Written down before anything is done, so that what a dead process has begun is known. */
  executed(execution: Execution): void;
  /** Its lease was lost, so its process does not know the end of it: a repetition begins anew there. */
  gaveUp(execution: Pick<Execution, 'key' | 'pid'>): void;
  balances(): ReadonlyMap<string, number>;
  movements(): readonly Movement[];
  executions(): readonly Execution[];
  givenUp(): readonly Pick<Execution, 'key' | 'pid'>[];
  close(): void;
}

/** Another process may be writing; SQLite waits so long for its turn. */
const BUSY_MS = 10_000;

export function openAccounts(file: string): Accounts {
  const db = new DatabaseSync(file, { timeout: BUSY_MS });
  // WAL with NORMAL loses nothing when a process is killed, only when the machine is.
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS balances (account TEXT PRIMARY KEY, cents INTEGER NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS movements (idem TEXT PRIMARY KEY, runId TEXT NOT NULL, what TEXT NOT NULL, "from" TEXT NOT NULL, "to" TEXT NOT NULL, cents INTEGER NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS executions (key TEXT NOT NULL, idem TEXT NOT NULL, runId TEXT NOT NULL, step TEXT NOT NULL, attempt INTEGER NOT NULL, pid INTEGER NOT NULL, atMs INTEGER NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS given_up (key TEXT NOT NULL, pid INTEGER NOT NULL) STRICT;`);
  const insertMovement = db.prepare('INSERT OR IGNORE INTO movements (idem, runId, what, "from", "to", cents) VALUES (?, ?, ?, ?, ?, ?)');
  const add = db.prepare('INSERT INTO balances (account, cents) VALUES (?, ?) ON CONFLICT (account) DO UPDATE SET cents = cents + excluded.cents');
  const insertExecution = db.prepare('INSERT INTO executions (key, idem, runId, step, attempt, pid, atMs) VALUES (?, ?, ?, ?, ?, ?, ?)');
  const insertGivenUp = db.prepare('INSERT INTO given_up (key, pid) VALUES (?, ?)');
  return {
    move({ idem, runId, what, from, to, cents }) {
      db.exec('BEGIN IMMEDIATE');
      try {
        const isNew = insertMovement.run(idem, runId, what, from, to, cents).changes === 1;
        if (isNew) {
          add.run(from, -cents);
          add.run(to, cents);
        }
        db.exec('COMMIT');
        return isNew;
      } catch (error) {
        db.exec('ROLLBACK');
        throw error;
      }
    },
    executed({ key, idem, runId, step, attempt, pid, atMs }) {
      insertExecution.run(key, idem, runId, step, attempt, pid, atMs);
    },
    gaveUp({ key, pid }) {
      insertGivenUp.run(key, pid);
    },
    balances: () => new Map((db.prepare('SELECT account, cents FROM balances').all() as { account: string; cents: number }[]).map(({ account, cents }) => [account, cents])),
    movements: () => db.prepare('SELECT idem, runId, what, "from", "to", cents FROM movements').all() as unknown as Movement[],
    executions: () => db.prepare('SELECT key, idem, runId, step, attempt, pid, atMs FROM executions ORDER BY atMs').all() as unknown as Execution[],
    givenUp: () => db.prepare('SELECT key, pid FROM given_up').all() as unknown as Pick<Execution, 'key' | 'pid'>[],
    close: () => db.close(),
  };
}
