/** All of them, in the order of their numbers. */
import type { Checker } from './checker.ts';
import { ELSEWHERE } from './elsewhere.ts';
import { noLostRun } from './i01-no-lost-run.ts';
import { everyRunEnds } from './i02-every-run-ends.ts';
import { sequence } from './i03-sequence.ts';
import { attempts } from './i04-attempts.ts';
import { view } from './i05-view.ts';
import { replay } from './i06-replay.ts';
import { outbox } from './i07-outbox.ts';
import { end } from './i08-end.ts';
import { wakeUps } from './i09-wake-ups.ts';
import { timers } from './i10-timers.ts';
import { effects } from './i11-effects.ts';
import { executions } from './i12-executions.ts';
import { conservation } from './i13-conservation.ts';
import { oneWriter } from './i15-one-writer.ts';
import { compensations } from './i16-compensations.ts';
import { fanOuts } from './i17-fan-outs.ts';
import { pinnedDefinition } from './i18-pinned-definition.ts';
import { retries } from './i19-retries.ts';
import { committed } from './i24-committed.ts';

const numberOf = ({ invariant }: Checker): number => Number(invariant.slice(1));

export const CHECKERS: readonly Checker[] = [
  ...[noLostRun, everyRunEnds, sequence, attempts, view, replay, outbox, end, wakeUps, timers, effects, executions, conservation, oneWriter, compensations, fanOuts, pinnedDefinition, retries, committed],
  ...ELSEWHERE,
].sort((a, b) => numberOf(a) - numberOf(b));
