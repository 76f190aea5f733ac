/** What kind of document this is, and whether it is about a fund at all. */
import type { Extracted } from '../../extracted.ts';
import type { DocumentText } from '../document-text.ts';

type Kind = Extracted['document']['kind'];

/** Words of the trade, by subject; a subject counts once however often it occurs. */
const SUBJECTS: readonly RegExp[] = [
  /\b(?:fund|funds|fonds|fondo|fundo|fonden|sicav|ucits|oeic|investment trust|etf|mutual fund|unit trust|teilfonds|investmentfonds)\b|基金/iu,
  /\b(?:nav|net asset value|nettoinventarwert|valeur liquidative|anteilswert|valor liquidativo|andelsvärde)\b|資產淨值/iu,
  /\b(?:benchmark|vergleichsindex|indice de référence|jämförelseindex|comparator|first tier benchmark)\b/iu,
  /\b(?:share class|anteilsklasse|anteilsgattung|class [a-z]\b|klass|tranche|thesaurierung\w*|accumulation|isin)\b/iu,
  /\b(?:investment objective|objective|anlagepolitik|anlageziel|objectif|investment policy|principal strategies|fondens målsättning)\b/iu,
  /\b(?:ongoing charges?|expense ratio|management fee|laufende kosten|frais courants|exit load|ter|sales charge|kostnader)\b/iu,
  /\b(?:summary risk indicator|risk indicator|srri|sri|risiko- und ertragsprofil|riskometer|profil de risque|risk and reward|principal risks|riskindikator)\b/iu,
  /\b(?:past performance|annuali[sz]ed returns|wertentwicklung|cumulative performance|annualised|annualized|ytd|year[- ]to[- ]date|performance history|monthly returns)\b/iu,
  /\b(?:portfolio manager|fund manager|investment manager|managed by|kapitalverwaltungsgesellschaft|kapitalanlagegesellschaft|investment adviser|asset management|fondsmanagement)\b/iu,
  /\b(?:sharpe|volatility|standard deviation|tracking error|volatilität|drawdown)\b/iu,
  /\b(?:top (?:10|ten|five|5)(?: holdings)?|holdings|asset allocation|sector allocation|portfolio (?:as on|composition))\b/iu,
];
const KEY_INFORMATION = /\b(?:wesentliche anlegerinformation(?:en)?|key (?:investor )?information document|basisinformationsblatt|document d.informations clés|documento contenente le informazioni chiave|datos fundamentales para el inversor|essentiële-?informatiedocument|faktablad\b.*basfakta|detta faktablad)\b/isu;
const PROSPECTUS = /\b(?:summary prospectus|statutory prospectus|verkaufsprospekt|497K)\b/iu;
/** Filings and papers that speak of funds and are none. */
const OTHER = /\b(?:form 10-[kq]|form 8-k|earnings (?:release|call)|condensed consolidated|net sales|earnings per share|abstract\b[\s\S]{0,2000}\b(?:references|introduction)|doi:)/iu;

export function kindOf(document: DocumentText): Kind {
  const first = document.pages[0]?.lines.map((line) => line.text).join('\n') ?? '';
  if (KEY_INFORMATION.test(first)) return 'key-information-document';
  if (PROSPECTUS.test(first)) return 'prospectus';
  if (/fact ?-?sheet|monthly report|fund ?card|monatsbericht|reporting mensuel|fund update/iu.test(document.text)) return 'factsheet';
  if (/\btear ?sheet\b|\bstats for\b/iu.test(document.text)) return 'tear-sheet';
  return subjectsIn(document) >= 5 ? 'factsheet' : 'unknown';
}

export function subjectsIn(document: DocumentText): number {
  return SUBJECTS.filter((subject) => subject.test(document.text)).length;
}

/**
 * A fund document speaks of a fund, or shows returns of the month and the year, and of several more of the subjects.
 * A filing or a paper may by chance speak of some.
 */
export function isAboutAFund(document: DocumentText, hasIsin: boolean, hasReturns: boolean): boolean {
  const funds = document.text.match(new RegExp(SUBJECTS[0]?.source ?? '', 'giu'))?.length ?? 0;
  const subjects = subjectsIn(document) + (hasIsin ? 1 : 0) + (hasReturns ? 1 : 0);
  // A quoted trust calls itself "the Company" and may never say fund.
  if (funds < 2 && !hasReturns && subjects < 6) return false;
  return subjects >= (OTHER.test(document.text) ? 7 : 3);
}
