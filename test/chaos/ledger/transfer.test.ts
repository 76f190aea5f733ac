import { describe, expect, it } from '@jest/globals';
import { testEngine } from '@baton/testkit';
import { BusinessError } from '@baton/step-sdk';
import { fateOf, outcomeOf, SERVICE, TRANSFER, transfer, type Fate, type TransferInput } from './transfer.ts';

class Refused extends BusinessError {}

describe('a transfer', () => {
  it.each([{ refused: false, path: ['debit', 'settle', 'credit'], status: 'completed' }, { refused: true, path: ['debit', 'settle', 'refund'], status: 'failed' }] as const)('ends as its outcome says, refused: $refused, whatever luck its steps have', async ({ refused, path, status }) => {
    for (const luck of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const done: string[] = [];
      const step = (name: string) => (input: TransferInput, { attempt }: { readonly attempt: number }) => {
        if (fateOf(input.luck, name, attempt) !== 'succeeds') throw new Error('not yet');
        if (name === 'credit' && input.refused) throw new Refused('The account is closed');
        done.push(name);
        return {};
      };
      await using engine = await testEngine({ workflows: [transfer], steps: Object.fromEntries(['debit', 'settle', 'credit', 'refund'].map((name) => [`${SERVICE}/${name}`, step(name)])) as never });
      const run = await engine.start(TRANSFER, { from: 'a', to: 'b', cents: 1, luck, refused, restSeconds: 2, settleMs: 0 });
      await engine.advance({ seconds: 60 });
      expect({ luck, status: await run.status(), done }).toEqual({ luck, status, done: path });
      expect(outcomeOf({ refused })).toEqual({ status, movements: path.filter((name) => name !== 'settle') });
    }
  });

  it('has each fate often enough for each step, and always the same for the same attempt', () => {
    for (const step of ['debit', 'credit', 'refund']) {
      const counts: Record<Fate, number> = { 'fails-before': 0, 'fails-after': 0, succeeds: 0 };
      for (let luck = 0; luck < 2_000; luck++) counts[fateOf(luck, step, 1)]++;
      for (const fate of ['fails-before', 'fails-after'] as const) expect({ step, fate, often: counts[fate] > 200 && counts[fate] < 400 }).toEqual({ step, fate, often: true });
    }
    expect(fateOf(1, 'debit', 4)).toBe('succeeds');
  });
});
