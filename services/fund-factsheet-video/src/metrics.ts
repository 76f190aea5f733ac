/**
 * `FundFactsheetSuccessRate`: the share of factsheets that came through, of those decided lately in this process.
 * A factsheet is decided when its film is ordered, or when a step refuses it for good. Technical errors decide nothing:
 * they are retried.
 */
import { counter, observedGauge } from '@baton/platform-kit';
import { BusinessError } from '@baton/step-sdk';
import type { AnyStep, StepContext } from '@baton/step-sdk';

/** Enough for a rate that moves, few enough to forget a bad morning. */
const WINDOW = 200;

export interface OutcomeRate {
  /** Between 0 and 1; undefined before the first factsheet is decided. */
  rate(): number | undefined;
  record(outcome: 'succeeded' | 'refused', runId: string): void;
}

export function outcomeRate(window: number = WINDOW): OutcomeRate {
  const outcomes = new Map<string, boolean>();
  return {
    rate: () => (outcomes.size === 0 ? undefined : [...outcomes.values()].filter(Boolean).length / outcomes.size),
    record(outcome, runId) {
      // A repeated attempt of the same run is the same factsheet.
      outcomes.delete(runId);
      outcomes.set(runId, outcome === 'succeeded');
      if (outcomes.size > window) outcomes.delete(outcomes.keys().next().value as string);
    },
  };
}

const shared = outcomeRate();
const factsheets = counter('baton.factsheets.decided', { description: 'Factsheets decided, by outcome and by the step that decided.', labels: ['outcome', 'step'] as const });
observedGauge('FundFactsheetSuccessRate', { description: 'Share of factsheets that became an ordered film, of the last 200 decided in this process.' }, () => {
  const rate = shared.rate();
  return rate === undefined ? [] : [[{}, rate]];
});

/** Wraps the service's steps so that what they decide is counted. `lastStep` is the one after which the film is ordered. */
export function measured(steps: readonly AnyStep[], lastStep: string, outcomes: OutcomeRate = shared): AnyStep[] {
  const decided = (outcome: 'succeeded' | 'refused', step: string, ctx: StepContext): void => {
    outcomes.record(outcome, ctx.runId);
    factsheets.add({ outcome, step });
  };
  return steps.map((step) => Object.freeze({
    ...step,
    async run(input: unknown, ctx: StepContext) {
      try {
        const output = await step.run(input, ctx);
        if (step.name === lastStep) decided('succeeded', step.name, ctx);
        return output;
      } catch (error) {
        if (error instanceof BusinessError) decided('refused', step.name, ctx);
        throw error;
      }
    },
  }));
}
