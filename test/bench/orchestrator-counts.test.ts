import { describe, expect, it } from '@jest/globals';
import { countsOf } from './orchestrator-counts.ts';

describe('what an orchestrator counts', () => {
  it('is summed over labels, and is nothing where it was never counted', () => {
    const text = ['# HELP baton_inbox_lag records', 'baton_inbox_lag{partition="0"} 7', 'baton_inbox_lag{partition="1"} 5', 'baton_messages_ignored_total{why="late"} 3 1700000000000', 'baton_transition_latency_seconds_count 10', 'baton_transition_latency_seconds_bucket{le="0.005"} 9', ''].join('\n');
    expect(countsOf(text)).toEqual({ transitions: 10, ignored: 3, deadLetters: 0, decided: 13, lag: 12, swept: 0, runsStarted: 0, runsEnded: 0 });
  });
});
