/** The table of docs/internals/crash-points.md. `node test/crash/table.ts` writes it there; a test compares. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HOWS, MOMENTS, type Place } from './points.ts';

export const PAGE = join(import.meta.dirname, '../../docs/internals/crash-points.md');
const BEGIN = '<!-- written by test/crash/table.ts -->';
const END = '<!-- end of what is written -->';

export function pageWithTable(page: string): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`Expected ${BEGIN} and ${END} in the page`);
  return `${before}${BEGIN}\n${table()}\n${END}${after}`;
}

function table(): string {
  const rows = MOMENTS.map(({ id, what, places, otherwise }) => `| ${id} | ${what} | ${placesOf(places)} | ${otherwise ?? ''} |`);
  return ['| | by then | where a process ends | otherwise |', '|---|---|---|---|', ...rows].join('\n');
}

function placesOf(places: readonly Place[]): string {
  const byRole = Map.groupBy(places, ({ role }) => role);
  return [...byRole].map(([role, some]) => `${role}: ${some.map(said).join(', ')}`).join('; ');
}

function said({ point, hows = HOWS, still, alone }: Place): string {
  const words = [...(hows.length < HOWS.length ? [hows.join(', ')] : []), ...(still === 'deadline' ? ['SIGSTOP beyond the deadline'] : []), ...(alone === true ? ['alone'] : [])];
  return `\`${point}\`${words.length === 0 ? '' : ` (${words.filter((word) => !(word === 'SIGSTOP' && still === 'deadline')).join(', ')})`}`;
}

if (import.meta.main) writeFileSync(PAGE, pageWithTable(readFileSync(PAGE, 'utf8')));
