/**
 * Topics and positions in SQLite (write-ahead log).
 *
 * What an acknowledgement means: the write-ahead log has one order, and a commit with `synchronous = FULL` flushes all of
 * it. So topics that can be derived again are committed without a flush (`NORMAL`: they survive the process, and a crash of
 * the machine takes them only together with what was written after them), and the next durable commit makes them durable too.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { LogRecord } from '@baton/ports';
import type { LogStore } from '../log/log-store.ts';

export function sqliteLogStore(database: DatabaseSync, options: { readonly durability: 'disk' | 'process' }): LogStore {
  const insert = database.prepare('INSERT INTO record (log, off, ts, key, value, headers) VALUES (?, ?, ?, ?, ?, ?)');
  const select = database.prepare('SELECT off, ts, key, value, headers FROM record WHERE log = ? AND off >= ? AND off < ? ORDER BY off LIMIT ?');
  const minMax = database.prepare('SELECT min(off) AS first, max(off) AS last FROM record WHERE log = ?');
  const setPosition = database.prepare('INSERT INTO position (grp, topic, partition, off) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET off = excluded.off');
  const selectPositions = database.prepare('SELECT partition, off FROM position WHERE grp = ? AND topic = ?');
  const drop = database.prepare('DELETE FROM record WHERE log = ?1 AND off < ?2 AND off < (SELECT max(off) FROM record WHERE log = ?1)');
  const compact = database.prepare('DELETE FROM record WHERE log = ?1 AND off NOT IN (SELECT max(off) FROM record WHERE log = ?1 GROUP BY key)');
  const idOf = logIds(database);
  let flushed: boolean | undefined;

  /** Cannot be changed within a transaction. */
  function setFlush(flush: boolean): void {
    if (flushed === flush) return;
    database.exec(`PRAGMA synchronous = ${flush ? 'FULL' : 'NORMAL'}`);
    flushed = flush;
  }

  return {
    bounds(topic, partition) {
      const { first, last } = minMax.get(idOf(topic, partition)) as { first: number | null; last: number | null };
      return first === null || last === null ? { first: 0, next: 0 } : { first, next: last + 1 };
    },
    read: (topic, partition, { from, below, limit }) => select.all(idOf(topic, partition), from, below, limit).map((row) => recordOf(partition, row as unknown as Row)),
    positions: (group, topic) => new Map(selectPositions.all(group, topic).map((row) => [Number(row['partition']), Number(row['off'])])),
    commit({ appends, positions, durable }) {
      setFlush(durable && options.durability === 'disk');
      database.exec('BEGIN IMMEDIATE');
      try {
        for (const { topic, partition, baseOffset, records } of appends) {
          const log = idOf(topic, partition);
          records.forEach(({ timestampMs, key, value, headers }, i) => {
            insert.run(log, baseOffset + i, timestampMs, key, value, headersText(headers));
          });
        }
        for (const { group, topic, partition, offset } of positions) setPosition.run(group, topic, partition, offset);
        database.exec('COMMIT');
      } catch (error) {
        // A full disk has rolled back by itself already.
        if (database.isTransaction) database.exec('ROLLBACK');
        throw error;
      }
    },
    dropBelow: (topic, partition, offset) => void drop.run(idOf(topic, partition), offset),
    compact: (topic, partition) => void compact.run(idOf(topic, partition)),
    close: () => database.close(),
  };
}

interface Row {
  readonly off: number;
  readonly ts: number;
  readonly key: string | null;
  readonly value: Uint8Array | null;
  readonly headers: string | null;
}

const headersText = (headers: Readonly<Record<string, string>>): string | null => (Object.keys(headers).length === 0 ? null : JSON.stringify(headers));

const recordOf = (partition: number, { off, ts, key, value, headers }: Row): LogRecord => ({
  partition,
  offset: off,
  timestampMs: ts,
  key,
  value,
  headers: headers === null ? {} : (JSON.parse(headers) as Record<string, string>),
});

/** Numbers stand for topic and partition in the rows. */
function logIds(database: DatabaseSync): (topic: string, partition: number) => number {
  const insert: StatementSync = database.prepare('INSERT INTO log (topic, partition) VALUES (?, ?)');
  const known = new Map<string, number>();
  for (const row of database.prepare('SELECT id, topic, partition FROM log').all()) known.set(`${String(row['topic'])}/${Number(row['partition'])}`, Number(row['id']));
  return (topic, partition) => {
    const name = `${topic}/${partition}`;
    let id = known.get(name);
    if (id === undefined) {
      id = Number(insert.run(topic, partition).lastInsertRowid);
      known.set(name, id);
    }
    return id;
  };
}
