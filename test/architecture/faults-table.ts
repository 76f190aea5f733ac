/** docs/internals/faults.md as data, and the tests that any page of docs/ points at. */
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { root } from './source.ts';

export interface TestLink {
  /** Of the test's file, from the root. */
  readonly path: string;
  /** Of the test, without the codes at its end. */
  readonly name: string;
}

export interface FaultRow {
  readonly fault: string;
  readonly tests: readonly TestLink[];
  /** Classes of the simulator's faults. */
  readonly simulated: readonly string[];
  /** Why nothing provokes it, or what of it nothing provokes; undefined where all of it is. */
  readonly notProvoked: string | undefined;
  readonly seen: string;
  readonly invariants: readonly string[];
}

export const FAULTS_PAGE = 'docs/internals/faults.md';

const TEST_LINK = /\[((?:\\.|[^[\]\\])+)\]\(([^()\s]+\.ts)\)/g;

/** Every link to a TypeScript file: its text is the name of a test in there. @param page from the root. */
export function testLinks(page: string, text: string): readonly TestLink[] {
  return [...text.matchAll(TEST_LINK)].map(([, name, target]) => ({ path: posix.join(posix.dirname(page), target!), name: name!.replaceAll(/\\([\\`*_[\]|<>])/g, '$1') }));
}

/** As the table writes it. @param page from the root. */
export function linkTo(page: string, { path, name }: TestLink): string {
  return `[${name.replaceAll(/[\\`*_[\]|<>]/g, '\\$&')}](${posix.relative(posix.dirname(page), path)})`;
}

export function readPage(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}

/** The rows of the table by their number. @throws Error for a number that stands there twice, and for a row that has not five cells. */
export function faultRows(text: string): ReadonlyMap<string, FaultRow> {
  const rows = new Map<string, FaultRow>();
  for (const line of text.split('\n').filter((one) => /^\| F\d+ \|/.test(one))) {
    const cells = line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim());
    const [number, fault, provoked, seen, invariants] = cells as [string, string, string, string, string];
    if (cells.length !== 5) throw new Error(`${FAULTS_PAGE}: expected five cells in the row of ${number}, but found ${cells.length}`);
    if (rows.has(number)) throw new Error(`${FAULTS_PAGE}: ${number} stands there twice`);
    const parts = provoked.split('<br>');
    rows.set(number, {
      fault,
      tests: testLinks(FAULTS_PAGE, provoked),
      simulated: parts.filter((part) => part.startsWith('simulated: ')).flatMap((part) => [...part.matchAll(/`([^`]+)`/g)].map(([, name]) => name!)),
      notProvoked: parts.find((part) => part.startsWith('**Not provoked'))?.replace(/^\*\*Not provoked[^*]*\*\*:?\s*/, ''),
      seen,
      invariants: invariants.split(/[ ,]+/).filter((one) => one !== '–'),
    });
  }
  return rows;
}
