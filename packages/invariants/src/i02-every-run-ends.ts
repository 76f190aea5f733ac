/**
 * I2: a run ends, or waits for something that its definition says it waits for. At rest every run must have ended, be parked,
 * or be in a Wait that is not over. While things move, a timer that should long have fired is what can be seen of a run that
 * nobody wakes any more.
 */
import { isTerminal, type RunState } from '@baton/contracts';
import type { Checker } from './checker.ts';

const OVERDUE_MS = 300_000;

export const everyRunEnds: Checker = {
  invariant: 'I2',
  title: 'every run ends, or waits by its definition',
  lacks: ({ moment }) => (moment === undefined ? 'it is not known when the system was looked at' : undefined),
  watch: ({ moment }, findings, folded) => ({
    end() {
      const { atMs, atRest, overdueMs = OVERDUE_MS } = moment!;
      for (const { runId, partition, state } of folded.runs()) {
        findings.examined();
        if (state === undefined || isTerminal(state.status) || state.status === 'blocked') continue;
        if (atRest && !waits(state, atMs)) findings.violation({ runId, partition, what: `is ${state.status} in ${placeOf(state)} after transition ${state.seq}, although nothing moves any more` });
        const lateMs = atMs - Math.min(...Object.values(state.timers).map(({ dueMs }) => dueMs));
        if (!atRest && lateMs > overdueMs) findings.violation({ runId, partition, what: `has a timer that has been due for ${Math.round(lateMs / 1_000)} s, in ${placeOf(state)}` });
      }
    },
  }),
};

const waits = ({ branches, timers }: RunState, atMs: number): boolean => Object.values(branches).some(({ phase }) => phase === 'wait') && Object.values(timers).some(({ kind, dueMs }) => kind === 'wait' && dueMs > atMs);

const placeOf = ({ branches }: RunState): string => Object.values(branches).map(({ state, phase }) => `${state} (${phase})`).join(', ');
