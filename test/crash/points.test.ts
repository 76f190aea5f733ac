import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { CRASH_POINT_CALLS } from '@baton/platform-kit';
import { filesBelow, isTestCode, root } from '../architecture/source.ts';
import { CASES, HOWS, MOMENTS, nameOf } from './points.ts';
import { carries, roundsOf, wavesOf } from './rounds.ts';
import { LEFT_TO_THE_SWEEP, TESTED } from './selection.ts';
import { PAGE, pageWithTable } from './table.ts';
import { WIRE_CALLS, WIRE_PHASES } from './wire-points.ts';

describe('the table of crash points', () => {
  it('has each moment from C0 to C40 once, with where a process ends there or what provokes it otherwise', () => {
    expect(MOMENTS.map(({ id }) => id)).toEqual(Array.from({ length: 41 }, (_, i) => `C${i}`));
    expect(MOMENTS.filter(({ places, otherwise }) => places.length === 0 && otherwise === undefined)).toEqual([]);
  });

  it('has the points that the code has, and no others', () => {
    const inCode = [...CRASH_POINT_CALLS.flatMap((call) => [`${call}:before`, `${call}:after`]), ...WIRE_CALLS.flatMap((call) => WIRE_PHASES.map((phase) => `${call}:${phase}`))];
    const inTable = new Set<string>(CASES.map(({ point }) => point));
    expect([...inTable].sort()).toEqual([...inCode].sort());
  });

  it.each(CRASH_POINT_CALLS)('is right that the code passes %s', (call) => {
    const code = ['packages', 'services'].flatMap((dir) => filesBelow(dir)).filter(({ path, text }) => !isTestCode(path) && !path.endsWith('/platform-kit/src/crash-points.ts') && text.includes(`'${call}`));
    expect(code.map(({ path }) => path)).toHaveLength(1);
  });

  it('hits each point in each way, once', () => {
    const ways = new Map<string, string[]>();
    for (const { role, point, how, alone } of CASES) if (alone !== true) ways.set(`${role} ${point}`, [...(ways.get(`${role} ${point}`) ?? []), how]);
    expect([...ways].filter(([, hows]) => hows.sort().join() !== [...HOWS].sort().join())).toEqual([]);
    expect(new Set(CASES.map(nameOf)).size).toBe(CASES.length);
  });

  it('names files that exist', () => {
    const named = MOMENTS.flatMap(({ otherwise = '' }) => [...otherwise.matchAll(/`([^`]+\.ts)`/g)].map(([, path]) => path!));
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('is in the documentation as it is; write it with node test/crash/table.ts', () => {
    const page = readFileSync(PAGE, 'utf8');
    expect(page).toBe(pageWithTable(page));
    expect(page).toContain(`${TESTED.length} of the ${CASES.length} cases`);
  });
});

describe('the rounds', () => {
  it('have each case once, and side by side what can be', () => {
    const waves = wavesOf(CASES, 4);
    expect(waves.flat().map(nameOf).sort()).toEqual(CASES.map(nameOf).sort());
    for (const wave of waves) {
      expect(wave.length).toBeLessThanOrEqual(4);
      if (wave.some(({ alone }) => alone)) expect(wave).toHaveLength(1);
      expect(new Set(wave.map(({ how }) => how === 'SIGSTOP')).size).toBe(1);
    }
  });

  it('have several waves only of processes that end, and in one world', () => {
    const rounds = roundsOf(CASES, { together: 4, waves: 3 });
    expect(rounds.flat(2).map(nameOf).sort()).toEqual(CASES.map(nameOf).sort());
    expect(Math.max(...rounds.map((round) => round.length))).toBe(3);
    for (const round of rounds) {
      if (round.flat().some(({ how }) => how === 'SIGSTOP')) expect(round).toHaveLength(1);
      expect(new Set(round.flat().map((one) => `${carries(one)} ${one.alone}`)).size).toBe(1);
    }
  });

  it('of the tests end an orchestrator at each of its points, and leave the rest to the sweep', () => {
    const points = new Set(CASES.filter(({ role }) => role === 'orchestrator').map(({ point }) => point));
    expect(new Set(TESTED.filter(({ role, how }) => role === 'orchestrator' && how !== 'SIGSTOP').map(({ point }) => point))).toEqual(points);
    expect(TESTED.length + LEFT_TO_THE_SWEEP.length).toBe(CASES.length);
  });
});
