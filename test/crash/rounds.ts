/** Which cases are played together. */
import type { Case } from './points.ts';

/** Processes that end, or stand still, side by side. */
export type Wave = readonly Case[];
/** Waves one after the other under one load, with one check at the end. */
export type Round = readonly Wave[];

/** Processes that end at their claim go with their like: the others would be given partitions only when the session of these is over. */
const isEarly = ({ point }: Case): boolean => /^(history\.append\.claim|wire\.history\.claim|history\.read|view\.claim|inbox\.seek)/.test(point);

const kindOf = (one: Case): string => (one.how === 'SIGSTOP' ? `still, ${carries(one)}` : [isEarly(one), one.amid].join(' '));

/**
 * @param together how many at once at most. Those of one wave differ in their place, and stand still or do not; those that must
 *   be alone are.
 */
export function wavesOf(cases: readonly Case[], together: number): readonly Wave[] {
  const kinds = new Map<string, Case[]>();
  for (const one of cases) {
    const kind = one.alone === true ? `alone ${kinds.size}` : kindOf(one);
    kinds.set(kind, [...(kinds.get(kind) ?? []), one]);
  }
  // Neighbours in the table are reached after about the same time, and those of one role disturb their own group alone.
  return [...kinds.values()].flatMap((alike) => {
    const waves = Math.ceil(alike.length / together);
    return Array.from({ length: waves }, (_, wave) => alike.slice(Math.round((wave * alike.length) / waves), Math.round(((wave + 1) * alike.length) / waves)));
  });
}

/** @param waves how many of a kind make a round at most. Those that stand still have one of their own: they go on until everything is checked. */
export function roundsOf(cases: readonly Case[], { together, waves }: { readonly together: number; readonly waves: number }): readonly Round[] {
  const rounds: Wave[][] = [];
  for (const wave of wavesOf(cases, together)) {
    const last = rounds.at(-1);
    const [one] = wave;
    const before = last?.[0]?.[0];
    const goesOn = before !== undefined && last!.length < waves && one!.how !== 'SIGSTOP' && before.how !== 'SIGSTOP' && carries(one!) === carries(before) && one!.alone === before.alone;
    if (goesOn) last!.push(wave);
    else rounds.push([wave]);
  }
  return rounds;
}

/** Whether runs have to be carried forward for it. */
export const carries = ({ amid }: Case): boolean => amid === 'carrying' || amid === 'restoring';
