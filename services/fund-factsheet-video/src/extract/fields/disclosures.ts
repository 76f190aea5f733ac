/** Sentences that the financial rules ask for. */
import type { Extracted, TextField } from '../../extracted.ts';
import type { DocumentText } from '../document-text.ts';
import { missing, source } from './found.ts';

const PAST = /[^.。]*(?:past (?:performance|results|returns|record)|historical performance|performances? passées?|rendements? passés?|wertentwicklung(?:en)? (?:in|aus) der vergangenheit|frühere wertentwicklung(?:en)?|vergangene wertentwicklung(?:en)?|bisherige wertentwicklung|rendimenti passati|performance passate|rentabilidades? pasadas?|resultados pasados|rentabilidades? passadas?|in het verleden behaalde (?:resultaten|rendementen)|historisk avkastning|tidigare avkastning|tidligere (?:avkastning|resultater)|往績|過往(?:表現|業績)|过往(?:表现|业绩))[^.。]*[.。]?/iu;
const CAPITAL = /[^.。]*(?:may (?:fall|go down|decrease|lose)|can (?:fall|go down)|not get back|lose (?:money|some or all|all or part)|fall as well as rise|go down as well as up|loss of (?:capital|principal)|subject to market risks|capital (?:is )?at risk|risk of loss|verlust(?:e)? (?:des|ihres|bis)|nicht (?:den gesamten|den vollen|vollständig) [^.]{0,30}betrag|perte en capital|perdre|perdere|perder|minska i värde|inte säkert att du får tillbaka|verliezen|可能(?:損失|虧損))[^.。]*[.。]?/iu;
const SIMULATED = /[^.。]*(?:simulated (?:past )?performance|back-?tested|back-?test|hypothetical (?:performance|returns?|results?)|simulierte (?:frühere )?wertentwicklung|performances? simulées?|pro forma (?:performance|returns?))[^.。]*[.。]?/iu;
/** A heading "Past performance" warns of nothing; a warning denies something. */
const WARNS = /\b(?:not|no|never|may|does not|cannot|guide|indicat\w*|guarant\w*|reliable|nicht|kein\w*|rückschl\w+|pas|ne|non|inte|ingen|geen|niet|ikke|não)\b|並非|不代表|并非/iu;
/** "… is not simulated", "no hypothetical performance", and the wording of general warnings, say nothing about these figures. */
const NOT_SIMULATED = /\b(?:not|no|neither|nor|kein)\b[^.]{0,40}(?:simulat|hypothetical|back-?test)|(?:past|actual)[^.]{0,40}\bor (?:simulated|hypothetical|projected)|(?:forecasts?|projections?|targets?|future)[^.]{0,60}(?:simulated|hypothetical)/iu;

export function disclosuresOf(document: DocumentText): Extracted['disclosures'] {
  return {
    pastPerformance: sentence(document, PAST, (text) => WARNS.test(text), 'The document does not say that past performance is no guide to the future.'),
    capitalAtRisk: sentence(document, CAPITAL, () => true, 'The document does not say that the value can fall.'),
    simulatedPerformance: sentence(document, SIMULATED, (text) => !NOT_SIMULATED.test(text), 'The document does not call its figures simulated.'),
  };
}

function sentence(document: DocumentText, pattern: RegExp, accept: (text: string) => boolean, reason: string): TextField {
  for (const page of document.pages) {
    for (const block of page.blocks) {
      const matches = [...block.text.matchAll(new RegExp(pattern.source, 'giu'))].map((match) => match[0].trim());
      const text = matches.find((candidate) => candidate.length >= 8 && accept(candidate));
      if (text === undefined) continue;
      return { value: text.slice(0, 600), ...source(page.number, text.slice(0, 600), block.box, 0.9) };
    }
  }
  return missing(reason);
}
