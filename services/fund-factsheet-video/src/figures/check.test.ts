import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Script } from '../script/script.ts';
import { writeScript } from '../script/write-script.ts';
import { buildDeck } from '../slides/build-deck.ts';
import type { Deck } from '../slides/deck.ts';
import { assertChecked, checkDeck, checkScript, type CheckedScript } from './check.ts';
import type { Finding } from '@baton/step-sdk';
import { anyExtracted, sampleExtracted } from '../../fixtures/sample-extracted.ts';

const sample = sampleExtracted();

function findingsOf(run: () => unknown): readonly Finding[] {
  try {
    run();
  } catch (error) {
    return (error as { findings: readonly Finding[] }).findings;
  }
  return [];
}

/** The sample's script with one sentence changed. */
function scriptWith(sceneId: string, index: number, change: { text?: string; spoken?: string; sources?: { field: string; page: number }[] }): Script {
  const script = structuredClone(writeScript(sample));
  const sentence = script.scenes.find((scene) => scene.id === sceneId)?.sentences[index];
  if (sentence === undefined) throw new Error(`The sample script has no sentence ${index} in ${sceneId}`);
  Object.assign(sentence, change);
  return script;
}

describe('checkScript', () => {
  it('names a stray number, where it stands, and what is known', () => {
    const month = writeScript(sample).scenes[1]?.sentences[0];
    const script = scriptWith('performance', 0, { text: month?.text.replace('3.41', '3.14') ?? '' });
    const [finding] = findingsOf(() => checkScript(script, sample));
    expect(finding).toMatchObject({ code: 'stray_figure', severity: 'error' });
    expect(finding?.message).toMatch(/scene "performance", sentence 1, caption.*-3\.14%.*monthlyPerformancePct holds -3\.41%.*nowhere/);
  });

  it('refuses the year-to-date figure in the sentence about the month', () => {
    const script = scriptWith('performance', 0, { text: 'In the month to 31 October 2025 it returned 7.9%.', spoken: 'In the month to the thirty-first of October, twenty twenty-five it returned seven point nine percent.' });
    expect(findingsOf(() => checkScript(script, sample)).map(({ message }) => message).join()).toMatch(/belongs to ytdPerformancePct/);
  });

  it('refuses month and year to date in each other\'s place, also where both have the same value', () => {
    const sentence = 'From the start of the year to 31 October 2025, it returned -3.41%.';
    const script = scriptWith('performance', 0, { text: sentence, spoken: sentence });
    expect(findingsOf(() => checkScript(script, sample)).map(({ code }) => code)).toEqual(['unnamed_figure']);
  });

  it('refuses a lost sign, a wrong date and a number in words', () => {
    for (const text of ['In the month to 31 October 2025 it returned 3.41%.', 'In the month to 30 October 2025 it returned -3.41%.', 'In the month to 31 October 2025 it fell by four percent.']) {
      expect(findingsOf(() => checkScript(scriptWith('performance', 0, { text, spoken: text }), sample)).map(({ code }) => code)).toContain('stray_figure');
    }
  });

  it('refuses a voice that says another figure than the caption, both known', () => {
    const script = scriptWith('risk', 0, { spoken: 'Its summary risk indicator is five.' });
    expect(findingsOf(() => checkScript(script, sample)).map(({ code }) => code)).toEqual(['voice_differs']);
  });

  it('refuses a figure in a sentence that names no source, and a source on a wrong page', () => {
    expect(findingsOf(() => checkScript(scriptWith('performance', 0, { sources: [] }), sample)).map(({ message }) => message).join()).toMatch(/names no source/);
    expect(findingsOf(() => checkScript(scriptWith('performance', 0, { sources: [{ field: 'monthlyPerformancePct', page: 9 }] }), sample)).map(({ code }) => code)).toEqual(['unknown_source']);
  });

  it('refuses returns without the past-performance warning beside them', () => {
    const script = structuredClone(writeScript(sample));
    const performance = script.scenes.find((scene) => scene.id === 'performance');
    if (performance) performance.sentences = performance.sentences.filter(({ text }) => !text.startsWith('Past performance'));
    expect(findingsOf(() => checkScript(script, sample)).map(({ code }) => code)).toEqual(['warning_missing']);
  });

  it('hands out a copy that nobody can change afterwards', () => {
    const script = writeScript(sample);
    const checked = checkScript(script, sample);
    script.title = 'Another fund 99';
    expect(checked.title).toBe('Northgate Clear Water Equity Fund');
    expect(() => { (checked.scenes[0] as { heading: string }).heading = '99'; }).toThrow(TypeError);
  });

  it('is the only way to a checked value, also against a cast', () => {
    expect(() => { assertChecked(writeScript(sample) as CheckedScript); }).toThrow(/never checked/);
    expect(() => { assertChecked(structuredClone(checkScript(writeScript(sample), sample))); }).toThrow(/never checked/);
    expect(() => { assertChecked(checkScript(writeScript(sample), sample)); }).not.toThrow();
  });
});

describe('checkDeck', () => {
  const deck = () => structuredClone(buildDeck(checkScript(writeScript(sample), sample), sample)) as Deck;
  const codes = (changed: unknown) => findingsOf(() => checkDeck(changed as Deck, sample)).map(({ code }) => code);
  type Loose = Record<string, never> & { slides: { kind: string; [key: string]: unknown }[] };
  const slide = (changed: Deck, kind: string) => (changed as unknown as Loose).slides.find((one) => one.kind === kind) as Record<string, any>;

  it('accepts the deck of any fund', () => {
    fc.assert(fc.property(anyExtracted(), (extracted) => {
      checkDeck(buildDeck(checkScript(writeScript(extracted), extracted), extracted), extracted);
    }), { numRuns: 200 });
  });

  it.each<[string, (changed: Deck) => void]>([
    ['a bar whose value is not the document\'s', (changed) => { slide(changed, 'performance')['chart'].bars[0].value = -3.4; }],
    ['a bar whose label differs from its value', (changed) => { slide(changed, 'performance')['chart'].bars[0].label = '3.41%'; }],
    ['a benchmark bar drawn as the fund\'s', (changed) => { slide(changed, 'performance')['chart'].bars[1].series = 'fund'; }],
    ['a category with a number of its own', (changed) => { slide(changed, 'performance')['chart'].bars[0].category = '3 months'; }],
    ['a monthly return under the year to date', (changed) => { slide(changed, 'performance')['chart'].bars[0].category = 'Year to date'; }],
    ['a stray number in a heading', (changed) => { slide(changed, 'performance')['heading'].text = 'Performance 2/6'; }],
    ['a stray number in the notes', (changed) => { slide(changed, 'closing')['notes'][0].text += ' 12'; }],
    ['a risk scale with another step marked', (changed) => { slide(changed, 'risk')['drawing'].active = 2; }],
    ['a string in a place that no rule knows', (changed) => { slide(changed, 'closing')['watermark'] = 'up 12%'; }],
    ['a number in a place that no rule knows', (changed) => { slide(changed, 'closing')['axis'] = [5]; }],
  ])('refuses %s', (_what, change) => {
    const changed = deck();
    change(changed);
    expect(codes(changed)).toContain('stray_figure');
  });
});
