/** Builds the slides of a checked script: one for each scene. Pure; words and figures only, no geometry. */
import type { Extracted } from '../extracted.ts';
import { assertChecked, type CheckedScript } from '../figures/check.ts';
import { BusinessValidationError } from '@baton/step-sdk';
import { isSourceField, type SourceField } from '../figures/known-figures.ts';
import { writtenDate } from '../script/line.ts';
import { publishable, type Publishable } from '../script/publishable.ts';
import { returnsSeries } from '../script/returns-series.ts';
import type { ScriptScene } from '../script/script.ts';
import { strategyQuote } from '../script/strategy-excerpt.ts';
import { CAPITAL_AT_RISK, PAST_PERFORMANCE, SIMULATED } from '../script/warnings.ts';
import { barsOf, cardOf, latestBars, sharpeCard } from './build-figures.ts';
import { currencyName } from './currency-name.ts';
import { undrawable } from './fonts/drawable.ts';
import type { Deck, Fact, Slide, SlideText } from './deck.ts';
import { riskDrawing } from './risk-scale.ts';

/**
 * @throws TypeError for a script that did not come from `checkScript`.
 * @throws BusinessValidationError for a fund name in letters that the slides' font does not have.
 */
export function buildDeck(script: CheckedScript, extracted: Extracted): Deck {
  assertChecked(script);
  const fund = publishable(extracted);
  if (fund === null) throw new TypeError('A checked script has a fund name');
  const missing = undrawable(fund.fundName);
  if (missing.length > 0) {
    throw new BusinessValidationError([{
      code: 'glyph_missing', field: 'fundName', severity: 'error',
      message: `Expected a fund name that the slides can show, but their font has no ${missing.map((letter) => `"${letter}"`).join(', ')}.`,
      help: 'Use the document of this fund in a language with Latin, Greek or Cyrillic letters.',
    }]);
  }
  return {
    title: text(script.title, 'fundName'),
    slides: script.scenes.map((scene) => slideOf(scene, fund, extracted, script)),
  };
}

function slideOf(scene: ScriptScene, fund: Publishable, extracted: Extracted, script: CheckedScript): Slide {
  const source = sourceNote(fund);
  const base = {
    id: scene.id,
    heading: text(scene.heading, 'fundName'),
    notes: scene.sentences.map(({ text: said, sources }) => ({ text: said, fields: sources.map(({ field }) => field).filter(isSourceField) })),
  };
  const withWarning = [source, text(fund.isSimulated ? `${PAST_PERFORMANCE} ${SIMULATED}` : PAST_PERFORMANCE)];
  const series = returnsSeries(extracted);
  const hasPerformance = script.scenes.some(({ id }) => id === 'performance');

  switch (scene.id) {
    case 'opening':
      return { ...base, kind: 'title', eyebrow: text('Fund summary'), subheading: fund.shareClass === null || !isDrawable(fund.shareClass) ? null : text(shareClassWords(fund.shareClass), 'shareClass'), facts: openingFacts(fund), footnotes: [source] };
    case 'performance': {
      const cards = [fund.month, fund.yearToDate].filter((figure) => figure !== null).map((figure) => cardOf(figure));
      const chart = series[0] === undefined ? latestBars(fund) : barsOf(series[0], fund);
      return { ...base, kind: 'performance', cards, chart, footnotes: withWarning };
    }
    case 'history': {
      const shown = hasPerformance ? series[1] : series[0];
      if (shown === undefined) throw new TypeError('A script has a history scene only where there is a series to show');
      return { ...base, kind: 'history', chart: barsOf(shown, fund), footnotes: withWarning };
    }
    case 'risk':
      return {
        ...base, kind: 'risk',
        riskLabel: text(riskLabel(fund)),
        riskLevel: fund.risk === null ? null : text(String(fund.risk.value), 'riskLevel'),
        drawing: riskDrawing(extracted.riskLevel),
        sharpe: sharpeCard(fund),
        explanations: [
          ...(fund.sharpe === null ? [] : [text('The Sharpe ratio sets the return above a risk-free rate against how much returns moved: higher means more return for the risk taken.')]),
          text(CAPITAL_AT_RISK),
        ],
        footnotes: withWarning,
      };
    case 'strategy':
      return {
        ...base, kind: 'strategy',
        lead: text(`In the words of the ${fund.documentName}`),
        quote: text(strategyQuote(extracted, isDrawable) || 'The document describes the strategy in letters that these slides cannot show.', 'strategy'),
        facts: strategyFacts(fund),
        footnotes: [source],
      };
    case 'closing':
      return { ...base, kind: 'closing', statements: [text(PAST_PERFORMANCE), text(CAPITAL_AT_RISK), ...base.notes.filter(({ text: said }) => said !== PAST_PERFORMANCE && !said.startsWith('Source:'))], footnotes: [source] };
  }
}

/** Many houses write "Class A (acc)": the word is not said twice. */
function shareClassWords(shareClass: string): string {
  return /\bclass\b/iu.test(shareClass) ? shareClass : `Share class ${shareClass}`;
}

function isDrawable(words: string): boolean {
  return undrawable(words).length === 0;
}

function text(words: string, ...fields: SourceField[]): SlideText {
  return { text: words, fields };
}

function sourceNote(fund: Publishable): SlideText {
  return fund.asOf === null
    ? text(`Source: the fund's ${fund.documentName}.`)
    : text(`Source: the fund's ${fund.documentName} as of ${writtenDate(fund.asOf)}.`, 'asOf');
}

function openingFacts(fund: Publishable): Fact[] {
  const facts: (Fact | null)[] = [
    fund.asOf === null ? null : { label: text('As of'), value: text(writtenDate(fund.asOf), 'asOf') },
    fund.isin === null ? null : { label: text('ISIN'), value: text(fund.isin, 'isin') },
    fund.currency === null ? null : { label: text('Currency'), value: text(currencyName(fund.currency), 'currency') },
  ];
  return facts.filter((fact) => fact !== null);
}

function strategyFacts(fund: Publishable): Fact[] {
  return fund.benchmark === null || !isDrawable(fund.benchmark) ? [] : [{ label: text('Benchmark'), value: text(fund.benchmark, 'benchmark') }];
}

const RISK_LABELS = { sri: 'Summary risk indicator', srri: 'Synthetic risk and reward indicator', riskometer: 'Riskometer', other: 'Risk level' } as const;

function riskLabel(fund: Publishable): string {
  return fund.risk === null ? 'Risk' : RISK_LABELS[fund.risk.indicator];
}
