import { describe, expect, it } from '@jest/globals';
import type { Movement } from './accounts.ts';
import { disagreements, type BooksToCheck } from './balance.ts';
import { CLEARING, type TransferInput } from './transfer.ts';

const input: TransferInput = { from: 'a', to: 'b', cents: 10, luck: 1, refused: false, restSeconds: 0, settleMs: 0 };
const move = (runId: string, what: string, from: string, to: string, cents = 10): Movement => ({ idem: `${runId}/${what}`, runId, what, from, to, cents });
const sound: BooksToCheck = {
  movements: [
    move('paid', 'debit', 'a', CLEARING), move('paid', 'credit', CLEARING, 'b'),
    move('back', 'debit', 'a', CLEARING), move('back', 'refund', CLEARING, 'a'),
    move('stopped', 'debit', 'a', CLEARING),
  ],
  balances: new Map([['a', -20], ['b', 10], [CLEARING, 10]]),
  executions: [{ runId: 'paid', idem: 'paid/1', key: 'paid/1/2' }],
  runs: new Map([
    ['paid', { input, cancelled: false, status: 'completed' as const }],
    ['back', { input: { ...input, refused: true }, cancelled: true, status: 'failed' as const }],
    ['stopped', { input, cancelled: true, status: 'cancelled' as const }],
    ['never', { input, cancelled: false, status: undefined }],
  ]),
};
const found = (change: Partial<BooksToCheck>): string => disagreements({ ...sound, ...change }).join('\n');
const runs = (runId: string, change: object): Partial<BooksToCheck> => ({ runs: new Map([...sound.runs].map(([id, run]) => [id, id === runId ? { ...run, ...change } : run])) });
const without = (what: string, runId: string) => sound.movements.filter((movement) => movement.what !== what || movement.runId !== runId);

describe('the books', () => {
  it('agree where every run moved what it must', () => {
    expect(found({})).toBe('');
  });

  it('do not agree where a balance is a cent off, and say by how much', () => {
    expect(found({ balances: new Map([...sound.balances, ['b', 11]]) })).toBe('Account b holds 11 cents, but its movements add up to 10\nAll accounts together hold 1 cents more than they began with');
  });

  it.each([
    ['has moved once where it must move twice', { movements: without('credit', 'paid'), balances: new Map([['a', -20], ['b', 0], [CLEARING, 20]]) }, 'Run paid (completed) has moved debit, expected debit, credit'],
    ['has moved the same twice', { movements: [...sound.movements, { ...move('paid', 'debit', 'a', CLEARING), idem: 'paid/other' }], balances: new Map([['a', -30], ['b', 10], [CLEARING, 20]]) }, 'has moved twice: debit, credit, debit'],
    ['has moved another amount', { movements: sound.movements.map((movement) => (movement.what === 'credit' ? { ...movement, cents: 9 } : movement)), balances: new Map([['a', -20], ['b', 9], [CLEARING, 11]]) }, 'has moved 9 cents from clearing to b as credit'],
    ['ended otherwise than it must', runs('paid', { status: 'failed' }), 'Run paid (failed) should be completed'],
    ['was cancelled though nobody asked', runs('stopped', { cancelled: false }), 'Run stopped (cancelled) should be completed'],
    ['was cancelled and has moved what lies beyond its path', { movements: [...without('debit', 'stopped'), move('stopped', 'refund', CLEARING, 'a')], balances: new Map([['a', 0], ['b', 10], [CLEARING, -10]]) }, 'has moved refund'],
    ['is known to nobody', { runs: new Map([...sound.runs].filter(([runId]) => runId !== 'stopped')) }, 'Run stopped has moved money, but nobody has started it'],
    ['was executed under the key of another', { executions: [{ runId: 'paid', idem: 'back/1', key: 'back/1/1' }] }, 'The command back/1/1 was executed under the idempotency key back/1'],
  ] as const)('do not agree where a run %s', (_name, change, message) => {
    expect(found(change as Partial<BooksToCheck>)).toContain(message);
  });
});
