/** Processes that end where it could hurt, and stand still where it could hurt more, on real Kafka and real Redis. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithServers, testServers } from '@baton/local';
import { roundsOf, type Round } from './rounds.ts';
import { LEFT_TO_THE_SWEEP, TESTED } from './selection.ts';
import { openStage, TOGETHER_AT_MOST, type Stage } from './stage.ts';

const rounds = roundsOf(TESTED, { together: TOGETHER_AT_MOST, waves: 5 });
const titleOf = (round: Round): string => `${[...new Set(round.flat().map(({ moment }) => moment))].join(' ')}${round[0]![0]!.how === 'SIGSTOP' ? ' by SIGSTOP' : ''}`;

describeWithServers(['kafka', 'redis'], `a process that ends at a crash point (${TESTED.length} cases; ${LEFT_TO_THE_SWEEP.length} more by npm run chaos:sweep)`, () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(await testServers());
  });
  afterAll(() => stage?.close());

  it.each(rounds.map((round) => [titleOf(round), round] as const))('loses nothing and repeats nothing: %s (F1)', async (_title, round) => {
    const { outcomes, runs } = await stage.play(round);
    expect(outcomes.map((outcome) => outcome.case)).toEqual(round.flat());
    expect(runs).toBeGreaterThan(0);
  }, 900_000);

  it('has been at each point of the orchestrator at least once', () => {
    const passed = stage.passed();
    expect(TESTED.map(({ point }) => point).filter((point) => !passed.has(point))).toEqual([]);
  });
});
