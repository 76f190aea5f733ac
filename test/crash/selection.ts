/**
 * What `npm test` plays, as far as some minutes go: an orchestrator ends at each of its points once, by exit and by SIGKILL in
 * turn, steps and doors at the first point of each of their moments, and the most dangerous ones stand still. The rest is
 * played by `npm run chaos:sweep`.
 */
import { CASES, type Case } from './points.ts';

const STANDING_STILL: readonly string[] = ['C3 wire.history.batch:sent', 'C5 wire.history.batch:unsent', 'C7 history.append.batch:after', 'C10 wire.bus:unsent', 'C16 history.append.claim:before'];

export const TESTED: readonly Case[] = [...ending(), ...CASES.filter((one) => one.alone !== true && one.how === 'SIGSTOP' && STANDING_STILL.includes(`${one.moment} ${one.point}`))];

export const LEFT_TO_THE_SWEEP: readonly Case[] = CASES.filter((one) => !TESTED.includes(one));

function ending(): readonly Case[] {
  const seen = new Set<string>();
  const places = CASES.filter(({ how }) => how === 'exit').filter(({ role, moment }) => {
    const isFirst = !seen.has(`${role} ${moment}`);
    seen.add(`${role} ${moment}`);
    return role === 'orchestrator' || isFirst;
  });
  return places.map((place, i) => CASES.find(({ role, point, how }) => role === place.role && point === place.point && how === (i % 2 === 0 ? 'exit' : 'SIGKILL'))!);
}
