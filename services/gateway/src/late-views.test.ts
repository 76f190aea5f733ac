import { describe, expect, it } from '@jest/globals';
import { OperatingError } from '@baton/contracts';
import { lateViews, type Views } from './late-views.ts';
import { SILENT, SYSTEM_CLOCK } from './ports.ts';
import { until } from './testing/small-system.ts';

const fast = { nowMs: () => Date.now(), after: (_delayMs: number, task: () => void) => SYSTEM_CLOCK.after(1, task) };

describe('views that are away at the start', () => {
  it('say that they are away until the connection stands, and then answer', async () => {
    let attempts = 0;
    let closes = 0;
    const real = { runViews: { missing: () => Promise.resolve([7]) }, check: () => Promise.resolve('8.2'), close: () => Promise.resolve(void closes++) } as unknown as Views;
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const views = lateViews(
      async () => {
        attempts++;
        if (attempts < 3) throw new OperatingError('unavailable', 'away', { retry: 'yes' });
        await gate;
        return real;
      },
      { clock: fast, log: SILENT, hopeless: () => undefined },
    );
    await expect(views.runViews.missing()).rejects.toMatchObject({ code: 'unavailable' });
    await expect(views.deadLetterIndex.position()).rejects.toMatchObject({ code: 'unavailable' });
    await until(() => attempts === 3, 'the third attempt');
    release();
    await until(async () => (await views.check().catch(() => undefined)) === '8.2', 'the connection');
    expect(await views.runViews.missing()).toEqual([7]);
    await views.close();
    expect(closes).toBe(1);
  });

  it('end the process where waiting cannot help (F26)', async () => {
    const told = new Promise<Error>((resolve) => {
      lateViews(() => Promise.reject(new OperatingError('unavailable', 'Redis evicts keys', { retry: 'no' })), { clock: fast, log: SILENT, hopeless: resolve });
    });
    expect((await told).message).toBe('Redis evicts keys');
  });

  it('close a connection that came too late', async () => {
    let closed = false;
    let arrive = (_views: Views): void => undefined;
    const views = lateViews(() => new Promise((resolve) => (arrive = resolve)), { clock: fast, log: SILENT, hopeless: () => undefined });
    await views.close();
    arrive({ close: () => Promise.resolve(void (closed = true)) } as unknown as Views);
    await until(() => closed, 'the close');
  });
});
