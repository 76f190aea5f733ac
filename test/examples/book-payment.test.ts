/** The example of docs/guarantees.md: it is the code that stands there, and it does what is said of it. */
import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { testStep } from '@baton/step-sdk';
import { testEngine } from '@baton/testkit';
import { workflow } from '@baton/workflow';
import { bookPayment } from './book-payment.ts';

const INPUT = { account: 'rent', amount_cents: 500 };

describe('a step that books with its idempotency key', () => {
  let database: DatabaseSync;
  beforeEach(() => {
    database = new DatabaseSync(':memory:');
    database.exec("CREATE TABLE accounts (name TEXT PRIMARY KEY, balance_cents INTEGER); CREATE TABLE booked (key TEXT PRIMARY KEY, answer TEXT); INSERT INTO accounts VALUES ('rent', 1000)");
  });
  afterEach(() => database.close());

  const balance = (): unknown => database.prepare("SELECT balance_cents FROM accounts WHERE name = 'rent'").get()!['balance_cents'];
  const flow = workflow('payment', { service: 'bank', defaults: { retry_backoff: { type: 'fixed', base_seconds: 1, factor: 1, cap_seconds: 60, jitter: 'none' } } }).step('book_payment').build();

  it('books once where it is run three times, also when its process died between the effect and the answer', async () => {
    let runs = 0;
    const engine = await testEngine({
      workflows: [flow],
      steps: {
        'bank/book_payment': async (input, ctx) => {
          runs++;
          const { output } = await testStep(bookPayment(database), input as typeof INPUT, { attempt: ctx.attempt, idempotencyKey: ctx.idempotencyKey });
          if (ctx.attempt < 3) throw new Error('the process died before it could say so');
          return output;
        },
      },
    });
    try {
      const run = await engine.start('payment', INPUT);
      await engine.advance({ minutes: 1 });
      expect(await run.result()).toMatchObject({ balance_cents: 1_500 });
      expect(runs).toBe(3);
      expect(balance()).toBe(1_500);
      // Another run is another effect.
      const other = await engine.start('payment', INPUT);
      await engine.advance({ minutes: 1 });
      expect(await other.result()).toMatchObject({ balance_cents: 2_000 });
    } finally {
      await engine.close();
    }
  });

  it('answers a repetition as it answered the first time, whatever has been booked since', async () => {
    const first = await testStep(bookPayment(database), INPUT, { runId: 'run-1' });
    await testStep(bookPayment(database), INPUT, { runId: 'run-2' });
    expect((await testStep(bookPayment(database), INPUT, { runId: 'run-1', attempt: 2 })).output).toEqual(first.output);
    expect(balance()).toBe(2_000);
  });

  it('keeps nothing of an attempt that fails in the middle, so that the next one does the whole', async () => {
    await expect(testStep(bookPayment(database), { ...INPUT, account: 'nobody' }, { runId: 'run-1' })).rejects.toThrow('There is no account nobody');
    expect(database.prepare('SELECT * FROM booked').all()).toEqual([]);
    expect((await testStep(bookPayment(database), INPUT, { runId: 'run-1', attempt: 2 })).output).toEqual({ balance_cents: 1_500 });
  });

  it('stands in the guarantees as it is here', () => {
    const page = readFileSync(new URL('../../docs/guarantees.md', import.meta.url), 'utf8');
    expect(page).toContain(`\`\`\`ts\n${readFileSync(new URL('./book-payment.ts', import.meta.url), 'utf8')}\`\`\``);
  });
});
