import type { DatabaseSync } from 'node:sqlite';
import { defineStep } from '@baton/step-sdk';
import { z } from 'zod';

/** Needs two tables: accounts (name, balance_cents), and booked (key PRIMARY KEY, answer). */
export const bookPayment = (database: DatabaseSync) =>
  defineStep({
    name: 'book_payment',
    input: z.object({ account: z.string(), amount_cents: z.int() }),
    output: z.object({ balance_cents: z.int() }),
    run({ account, amount_cents }, ctx) {
      database.exec('BEGIN IMMEDIATE');
      try {
        const earlier = database.prepare('SELECT answer FROM booked WHERE key = ?').get(ctx.idempotencyKey);
        const answer = earlier === undefined ? book() : String(earlier['answer']);
        database.exec('COMMIT');
        return z.object({ balance_cents: z.int() }).parse(JSON.parse(answer));
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }

      /** The effect, its key and its answer stand or fall together: whoever comes second finds all of them. */
      function book(): string {
        const row = database.prepare('UPDATE accounts SET balance_cents = balance_cents + ? WHERE name = ? RETURNING balance_cents').get(amount_cents, account);
        if (row === undefined) throw new Error(`There is no account ${account}`);
        const text = JSON.stringify({ balance_cents: row['balance_cents'] });
        database.prepare('INSERT INTO booked (key, answer) VALUES (?, ?)').run(ctx.idempotencyKey, text);
        return text;
      }
    },
  });
