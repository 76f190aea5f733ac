/** How documents name the period of a return: `1 month`, `1m`, `MTD`, `YTD`, `seit Jahresbeginn`, `3 ans`, `Since launch p.a.` */
import type { PeriodKey } from '../../extracted.ts';

export interface PeriodName {
  readonly period: PeriodKey;
  readonly annualised: boolean;
}

const COUNT: Readonly<Record<string, number>> = {
  one: 1, two: 2, three: 3, four: 4, five: 5, seven: 7, ten: 10, six: 6, nine: 9,
  ein: 1, eine: 1, einem: 1, un: 1, une: 1, uno: 1, een: 1, ett: 1, en: 1,
};

const MONTHS = 'months?|mths?|mths?\\.|mos?\\.?|mon|m|mo|monate?n?|mon\\.|mts?\\.?|mois|mesi|mese|mes|meses|mês|maand(?:en)?|mån(?:ad|ader)?|個月|个月|月';
const YEARS = 'years?|yrs?\\.?|y|jahre?n?|j\\.?|ans?|anni|anno|año|años|anos?|jaar|jr\\.?|år|a\\.?|年';

const COUNTED = new RegExp(`^(?<count>\\d{1,2}|${Object.keys(COUNT).join('|')})[\\s-]?(?:(?<month>${MONTHS})|(?<year>${YEARS}))$`, 'iu');

const MONTH_TO_DATE = /^(?:mtd|month[ -]?to[ -]?date|current month|this month|last month|the month|month|monat|lfd\.? monat|laufender monat|seit monatsbeginn|depuis le début du mois|1 mes|mese|mensile|mensual|maand|månad|當月|本月)$/iu;
const YEAR_TO_DATE = /^(?:ytd|y\.t\.d\.|year[ -]?to[ -]?date|calendar ytd|cytd|calendar year[ -]to[ -]date|since 1(?:st)? jan(?:uary)?\.?(?: \d{4})?|since (?:the )?beginning of (?:the )?year|since year[ -]?start|this year|seit jahresbeginn|seit jahresanfang|jahresbeginn|laufendes jahr|lfd\.? jahr|lfd\. j\.|seit 1\.1\.|depuis le début de l'année|depuis le 1er janvier|année en cours|année civile|da inizio anno|inizio anno|en el año|año en curso|desde inicio de año|acumulado (?:del )?año|no ano|sinds begin (?:van het )?jaar|lopend jaar|i år|hittills i år|sedan årsskiftet|år til dato|åtd|年初至今|本年至今|今年以來|今年以来)$/iu;
const LAUNCH = /^(?:since|seit|depuis|dal|da|desde|sinds|sedan)?\s?(?:fund |class |share class |la |le |der |the |l')?\s?(?:launch|inception|incep\.?|inc\.?|establishment|start|si|itd|auflage|auflegung|fondsauflage|création|creation|lancement|lancio|avvio|creación|lançamento|oprichting|成立至今|成立以來|成立以来)(?: date)?$/iu;

/** Words that say "per year" and belong to the period, not to its length. */
const PER_YEAR = /\(?\b(?:p\.?\s?a\.?|per annum|per year|annuali[sz]ed|ann\.?|annual|annuali[sz]ado|annuali[sé]e?e?|annualizzato|pro jahr|jährlich|per jaar|per år)\b\.?\)?/giu;
const ASIDE = /\((?:%|in %)\)|%|\*+|†|‡|[¹²³⁴⁵]|\b(?:cumulative|cum\.?|kumuliert|cumulé|rolling|net|return|returns|performance|perf\.?|total return|rendite|rendement)\b/giu;

/** Reads a heading or a label; undefined when it names no period. */
export function periodOf(text: string): PeriodName | undefined {
  if (text.length > 60) return undefined;
  const annualised = PER_YEAR.test(text);
  PER_YEAR.lastIndex = 0;
  const bare = text.replace(PER_YEAR, ' ').replace(ASIDE, ' ').replace(/[:;,]+\s*$/g, '').replace(/\s+/g, ' ').replace(/[()[\]]/g, '').trim();
  if (bare === '') return undefined;
  if (MONTH_TO_DATE.test(bare)) return { period: '1m', annualised: false };
  if (YEAR_TO_DATE.test(bare)) return { period: 'ytd', annualised: false };
  if (LAUNCH.test(bare)) return { period: 'launch', annualised };
  const match = COUNTED.exec(bare);
  if (match?.groups === undefined) return undefined;
  const raw = match.groups['count'] ?? '';
  const count = COUNT[raw.toLowerCase()] ?? Number(raw);
  const months = match.groups['month'] === undefined ? count * 12 : count;
  const key = BY_MONTHS.get(months);
  return key === undefined ? undefined : { period: key, annualised };
}

const BY_MONTHS = new Map<number, PeriodKey>([
  [1, '1m'], [3, '3m'], [6, '6m'], [9, '9m'], [12, '1y'], [24, '2y'], [36, '3y'], [48, '4y'], [60, '5y'], [84, '7y'], [120, '10y'], [180, '15y'], [240, '20y'],
]);
