import { manualClock, type Memory } from '@baton/adapter-memory';
import type { InboxMessage, RunId } from '@baton/contracts';
import type { DueTimer } from '@baton/ports';
import { describe, expect, it } from '@jest/globals';
import type { StepServices } from './step-services.ts';
import { Timeline } from './timeline.ts';

/** A timeline over an engine that comes to rest at once and in which a timer that was told of changes nothing. @param timers the earliest first. */
function timelineOf(timers: readonly Pick<DueTimer, 'timerId' | 'dueMs'>[], { ready } = { ready: true }) {
  const clock = manualClock(0);
  const told: string[] = [];
  const memory = {
    undelivered: () => 0,
    stateIndex: { due: async (_: number, { graceMs }: { graceMs: number }) => timers.filter(({ dueMs }) => dueMs <= clock.nowMs() - graceMs).map((timer) => ({ ...timer, runId: 'run-1' as RunId, ver: 1 })) },
    inboxSender: { send: async (messages: readonly InboxMessage[]) => void told.push(...messages.map((message) => `${message.type === 'timer' ? message.body.timerId : message.type}@${clock.nowMs()}`)) },
  } as unknown as Memory;
  const services = { commands: [], busy: [] } as unknown as StepServices;
  return { clock, told, timeline: new Timeline({ memory, clock, services, health: () => ({ ready, alive: true, lanes: [] }), failure: () => undefined, patienceMs: 1_000 }) };
}

describe('rest', () => {
  it('that an orchestrator does not find is told with its health', async () => {
    const { timeline } = timelineOf([], { ready: false });
    await expect(timeline.settle()).rejects.toThrow('The orchestrator does not come to rest: {"ready":false');
  });
});

describe('time', () => {
  it('stops where a timer is due, and tells of each once, even where that changes nothing', async () => {
    const { clock, told, timeline } = timelineOf([{ timerId: 'a', dueMs: 30 }, { timerId: 'b', dueMs: 70 }, { timerId: 'c', dueMs: 101 }]);
    await timeline.advance(100);
    expect(told).toEqual(['a@30', 'b@70']);
    expect(clock.nowMs()).toBe(100);
    await timeline.advance(1);
    expect(told).toEqual(['a@30', 'b@70', 'c@101']);
  });

  it('stops for what steps wait for, and what they do then may wait again', async () => {
    const { clock, timeline } = timelineOf([]);
    const woken: number[] = [];
    const again = (): void => {
      woken.push(clock.nowMs());
      clock.after(40, again);
    };
    clock.after(10, again);
    await timeline.advance(100);
    expect(woken).toEqual([10, 50, 90]);
    expect(clock.nowMs()).toBe(100);
  });
});
