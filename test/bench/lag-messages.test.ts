import { describe, expect, it } from '@jest/globals';
import { attemptKey, PLATFORM_DEFAULTS, type RunState } from '@baton/contracts';
import { decide } from '@baton/core';
import { lagMessages, MESSAGES_OF_RUN, WORK_OF_RUN } from './lag-messages.ts';
import { MADE_FLOW } from './made-run.ts';

describe('the messages of a lag', () => {
  it('bring every run to its end, and change nothing where they come again', () => {
    const runs = 3;
    const states = new Map<string, RunState>();
    const outcomes = { accepted: 0, ignored: 0, rejected: 0 };
    for (const message of lagMessages({ runs, payloadBytes: 10, tokens: { mint: (key) => key, verify: () => true } })) {
      const before = states.get(message.runId);
      if (message.type === 'result') expect(message.token).toBe(attemptKey(message.runId, message.body.stepId, message.body.attempt));
      const decision = decide(before, message, { nowMs: 1_000, machine: MADE_FLOW.machine, policy: PLATFORM_DEFAULTS, eventSource: '/test' });
      outcomes[decision.kind]++;
      if (decision.kind === 'accepted') states.set(message.runId, { ...decision.state, seq: (before?.seq ?? 0) + 1 });
    }
    expect(outcomes).toEqual({ accepted: runs * WORK_OF_RUN, ignored: runs * (MESSAGES_OF_RUN - WORK_OF_RUN), rejected: 0 });
    expect([...states.values()].map(({ status }) => status)).toEqual(['completed', 'completed', 'completed']);
  });
});
