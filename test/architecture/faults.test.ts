/** The table of faults and the page of guarantees against the tests that they name, both ways. */
import { describe, expect, it } from '@jest/globals';
import { FAULTS } from '../simulation/faults.ts';
import { FAULTS_PAGE, faultRows, linkTo, readPage, testLinks, type TestLink } from './faults-table.ts';
import { titlesOf, testTitles } from './test-titles.ts';

const NUMBERS = Array.from({ length: 64 }, (_, index) => `F${index + 1}`);
const GUARANTEES_PAGE = 'docs/guarantees.md';

const titles = testTitles();
const page = readPage(FAULTS_PAGE);
const rows = faultRows(page);

/** Said at once, since each of them is a line to write. */
const expectNone = (problems: readonly string[]): void => {
  if (problems.length > 0) throw new Error(`\n${problems.join('\n')}\n`);
};
const isThere = ({ path, name }: TestLink): boolean => titles.some((title) => title.path === path && title.name === name);
const notThere = (where: string, links: readonly TestLink[]): readonly string[] => links.filter((link) => !isThere(link)).map(({ path, name }) => `${where} names a test "${name}", which ${path} does not have.`);

describe('the table of faults', () => {
  it('has each fault from F1 to F64 once, in order', () => {
    expect([...rows.keys()]).toEqual(NUMBERS);
  });

  it.each(NUMBERS)('says of %s how it is provoked or why not, what was seen, and which invariants held', (number) => {
    const { tests, simulated, notProvoked, seen, invariants } = rows.get(number)!;
    expect({ number, provoked: tests.length + simulated.length > 0 || (notProvoked ?? '').length > 20 }).toEqual({ number, provoked: true });
    expect(seen).not.toMatch(/^(|TODO|–)$/);
    for (const invariant of invariants) expect(invariant).toMatch(/^I([1-9]|1\d|2[0-4])$/);
    for (const name of simulated) expect(FAULTS).toContain(name);
  });

  it('names only tests that are there, each of which says the number at the end of its title', () => {
    expectNone(
      [...rows].flatMap(([number, { tests }]) => [
        ...notThere(`${FAULTS_PAGE}, ${number},`, tests),
        ...tests.filter(({ path, name }) => isThere({ path, name }) && !titles.some((title) => title.path === path && title.name === name && title.codes.includes(number))).map(({ path, name }) => `${path}: the title "${name}" lacks (${number}), for which ${FAULTS_PAGE} names it.`),
      ]),
    );
  });

  it('names every test that says the number of a fault', () => {
    expectNone(
      titles.flatMap(({ path, name, codes }) =>
        codes
          .filter((code) => code.startsWith('F'))
          .filter((code) => !rows.get(code)?.tests.some((test) => test.path === path && test.name === name))
          .map((code) => `${FAULTS_PAGE}, ${code}, lacks ${linkTo(FAULTS_PAGE, { path, name })}`),
      ),
    );
  });
});

describe('the page of guarantees', () => {
  const guarantees = readPage(GUARANTEES_PAGE);

  it('names only tests that are there', () => {
    expect(testLinks(GUARANTEES_PAGE, guarantees).length).toBeGreaterThan(20);
    expectNone(notThere(GUARANTEES_PAGE, testLinks(GUARANTEES_PAGE, guarantees)));
  });

  it('has a test for every promise that its table makes', () => {
    const promises = guarantees.split('\n').filter((line) => line.startsWith('| ') && line.includes('| proved by |') === false && /^\| \*\*/.test(line));
    expect(promises.length).toBeGreaterThanOrEqual(12);
    expectNone(promises.filter((line) => testLinks(GUARANTEES_PAGE, line).length === 0).map((line) => `${GUARANTEES_PAGE}: no test is named for ${line.slice(0, 80)}`));
  });
});

describe('the reader of titles', () => {
  it('takes every way of writing a test, and the codes at the end of its title alone', () => {
    const text = [
      "it('plain', () => undefined);",
      "it('with (brackets) in it (F1, F2, I3)', () => undefined);",
      "it.each([1])('of each, %i (F3)', () => undefined);",
      'it(`made of ${1} parts (C1)`, () => undefined);',
      "describe('a group', () => { describeWithServers(['kafka'], 'within', () => { it('of tests (F4)', () => undefined); }); });",
      "(able ? it : it.skip)('where it can (F5)', () => undefined);",
      "it('not a code (later)', () => undefined);",
    ].join('\n');
    expect(titlesOf({ path: 'x.test.ts', text }).map(({ name, codes }) => [name, codes])).toEqual([
      ['plain', []],
      ['with (brackets) in it', ['F1', 'F2', 'I3']],
      ['of each, %i', ['F3']],
      ['made of … parts', ['C1']],
      ['a group within of tests', ['F4']],
      ['where it can', ['F5']],
      ['not a code (later)', []],
    ]);
  });
});
