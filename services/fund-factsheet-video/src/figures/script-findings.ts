/** What is wrong with a script: stray figures, a voice that differs from the caption, a missing warning, a wrong source. */
import type { Extracted } from '../extracted.ts';
import type { Script, ScriptSentence } from '../script/script.ts';
import { sameFigures } from '../script/speech/speak.ts';
import { CAPITAL_AT_RISK, PAST_PERFORMANCE } from '../script/warnings.ts';
import { isSourceField } from './known-figures.ts';
import { knownPage } from './known-page.ts';
import type { Finding } from '@baton/step-sdk';
import { strayFigures } from './stray-figures.ts';

const HELP = 'Nothing was published. This is a fault in how the film is written, not in the document: report it with the run.';

export function scriptFindings(script: Script, extracted: Extracted): Finding[] {
  return [
    ...strayFigures({ where: 'the title of the script', text: script.title, fields: ['fundName'] }, extracted),
    ...fundFindings(script, extracted),
    ...script.scenes.flatMap((scene) => [
      ...strayFigures({ where: `the heading of scene "${scene.id}"`, text: scene.heading, fields: ['fundName'] }, extracted),
      ...scene.sentences.flatMap((sentence, index) => sentenceFindings(sentence, `scene "${scene.id}", sentence ${index + 1}`, extracted)),
    ]),
    ...balanceFindings(script),
  ];
}

function sentenceFindings(sentence: ScriptSentence, where: string, extracted: Extracted): Finding[] {
  const fields = sentence.sources.map((source) => source.field);
  const findings = [
    ...strayFigures({ where: `${where}, caption`, text: sentence.text, fields }, extracted),
    ...strayFigures({ where: `${where}, spoken`, text: sentence.spoken, fields }, extracted),
  ];
  if (!sameFigures(sentence.text, sentence.spoken)) {
    findings.push(fault('voice_differs', `Expected the voice to say the figures of the caption in ${where}, but it says "${sentence.spoken}" for "${sentence.text}".`));
  }
  for (const { field } of sentence.sources) {
    const name = Object.hasOwn(NAMED_AS, field) ? NAMED_AS[field] : undefined;
    if (name !== undefined && !name.test(sentence.text)) {
      findings.push(fault('unnamed_figure', `Expected ${where} to say what its figure is, because it takes it from ${field}, but it says "${sentence.text}".`));
    }
  }
  for (const { field, page } of sentence.sources) {
    if (!isSourceField(field) || !knownPage(extracted, field).includes(page)) {
      findings.push(fault('unknown_source', `Expected every source to be in the extracted data, but ${where} names ${field} on page ${page}.`));
    }
  }
  return findings;
}

/** The head of the script repeats fields; each must be the field's own value or null. */
function fundFindings(script: Script, extracted: Extracted): Finding[] {
  const { name, isin, shareClass, asOf, currency } = script.fund;
  return [
    ...strayFigures({ where: 'the fund name of the script', text: name, fields: ['fundName'] }, extracted),
    ...strayFigures({ where: 'the ISIN of the script', text: isin ?? '', fields: ['isin'] }, extracted),
    ...strayFigures({ where: 'the share class of the script', text: shareClass ?? '', fields: ['shareClass'] }, extracted),
    ...strayFigures({ where: 'the date of the script', text: asOf ?? '', fields: ['asOf'] }, extracted),
    ...strayFigures({ where: 'the currency of the script', text: currency ?? '', fields: ['currency'] }, extracted),
  ];
}

/** The words by which a listener knows which figure it is; they catch month and year to date in each other's place. */
const NAMED_AS: Readonly<Record<string, RegExp>> = {
  monthlyPerformancePct: /\bmonth\b(?!.*\bstart of the year\b)/i,
  ytdPerformancePct: /\bstart of the year\b(?!.*\bin the month\b)/i,
  sharpeRatio: /\bSharpe ratio\b/,
  riskLevel: /\brisk\b/i,
  benchmark: /\bbenchmark\b/i,
};

const RETURNS = ['monthlyPerformancePct', 'ytdPerformancePct', 'monthlyHistory', 'calendarYears', 'periodReturns'];

/** Fair balance: where returns are, the warning is in the same scene, and the risk of loss is in the film. */
function balanceFindings(script: Script): Finding[] {
  const findings: Finding[] = [];
  const says = (sentences: readonly ScriptSentence[], warning: string) => sentences.some(({ text }) => text.toLowerCase().includes(warning.toLowerCase()));
  for (const scene of script.scenes) {
    const showsReturns = scene.sentences.some(({ sources }) => sources.some(({ field }) => RETURNS.includes(field)));
    if (showsReturns && !says(scene.sentences, PAST_PERFORMANCE)) {
      findings.push(fault('warning_missing', `Expected the past-performance warning in scene "${scene.id}", because it shows returns.`));
    }
  }
  if (!says(script.scenes.flatMap((scene) => scene.sentences), CAPITAL_AT_RISK)) {
    findings.push(fault('risk_missing', 'Expected the film to say that investors may get back less than they put in.'));
  }
  return findings;
}

function fault(code: string, message: string): Finding {
  return { code, message, help: HELP, severity: 'error' };
}
