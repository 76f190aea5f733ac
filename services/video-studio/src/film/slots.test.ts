import { describe, expect, it } from '@jest/globals';
import { Slots } from './slots.ts';

const never = new AbortController().signal;

describe('slots', () => {
  it('let the next one in when one is given back, in order', async () => {
    const slots = new Slots(1);
    const order: string[] = [];
    const first = await slots.take(never);
    const second = slots.take(never, (before) => order.push(`second waits for ${before}`)).then((giveBack) => { order.push('second'); return giveBack; });
    const third = slots.take(never, (before) => order.push(`third waits for ${before}`)).then((giveBack) => { order.push('third'); return giveBack; });
    expect(order).toEqual(['second waits for 1', 'third waits for 2']);
    first();
    first();
    (await second)();
    (await third)();
    expect(order).toEqual(['second waits for 1', 'third waits for 2', 'second', 'third']);
  });

  it('lose nothing when one who waits is cancelled', async () => {
    const slots = new Slots(1);
    const first = await slots.take(never);
    const stop = new AbortController();
    const second = slots.take(stop.signal);
    stop.abort(new Error('cancelled'));
    await expect(second).rejects.toThrow('cancelled');
    first();
    (await slots.take(never))();
  });
});
