import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, it } from '@jest/globals';
import { betweenCrashPoints, crashPoint, CRASH_POINT_CHANNEL, crashPointsAreWatched } from './crash-points.ts';

async function watched(work: () => Promise<unknown>): Promise<readonly string[]> {
  const seen: string[] = [];
  const note = (message: unknown): void => void seen.push((message as { point: string }).point);
  subscribe(CRASH_POINT_CHANNEL, note);
  try {
    expect(crashPointsAreWatched()).toBe(true);
    await work().catch(() => undefined);
  } finally {
    unsubscribe(CRASH_POINT_CHANNEL, note);
  }
  return seen;
}

describe('crash points', () => {
  it('are told to whoever watches, in the moment they are passed', async () => {
    expect(
      await watched(() =>
        betweenCrashPoints('view.apply', async () => {
          crashPoint('bus.publish:before');
        }),
      ),
    ).toEqual(['view.apply:before', 'bus.publish:before', 'view.apply:after']);
  });

  it('are not passed behind a call that failed', async () => {
    expect(await watched(() => betweenCrashPoints('view.apply', () => Promise.reject(new Error('away'))))).toEqual(['view.apply:before']);
  });

  it('change nothing where nobody watches', async () => {
    expect(crashPointsAreWatched()).toBe(false);
    await expect(betweenCrashPoints('view.apply', async () => 7)).resolves.toBe(7);
    await expect(betweenCrashPoints('view.apply', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  });
});
