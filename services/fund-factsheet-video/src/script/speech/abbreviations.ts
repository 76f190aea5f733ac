/** How fund documents abbreviate, and what a person reading aloud says instead. Order matters: longer before shorter. */

export interface Abbreviation { readonly written: RegExp; readonly said: string }

const NUMBER = String.raw`\d[\d,.]*\d|\d`;

/** Units that stand on a number. They run before numbers become words. */
export const UNITS: readonly Abbreviation[] = [
  { written: /(?<=\d)\s?(?:mn|mio|m)\b(?!\p{L})/giu, said: ' million' },
  { written: /(?<=\d)\s?(?:bn|mrd)\b/gi, said: ' billion' },
  { written: /(?<=\d)\s?bps?\b/gi, said: ' basis points' },
  { written: /(?<=\d)\s?(?:yrs?|y)\b/gi, said: ' years' },
  { written: /(?<=\d)x\b/gi, said: ' times' },
  { written: new RegExp(String.raw`£\s?(${NUMBER})(\s(?:million|billion))?`, 'g'), said: '$1$2 pounds' },
  { written: new RegExp(String.raw`€\s?(${NUMBER})(\s(?:million|billion))?`, 'g'), said: '$1$2 euros' },
  { written: new RegExp(String.raw`(?:US)?\$\s?(${NUMBER})(\s(?:million|billion))?`, 'g'), said: '$1$2 dollars' },
  { written: /(?<=\d)\s?[-–]\s?(?=\d+(?:\.\d+)?\s?%)/g, said: ' to ' },
  { written: /(?<=%)\s?[-–]\s?(?=\d)/g, said: ' to ' },
];

/** Words. They run after numbers have become words. */
export const WORDS: readonly Abbreviation[] = [
  { written: /\bS\s?&\s?P\b/g, said: 'S and P' },
  { written: /\s?&\s?/g, said: ' and ' },
  { written: /\(acc\.?\)/gi, said: 'accumulating' },
  { written: /\(dist\.?\)/gi, said: 'distributing' },
  { written: /\(inc\.?\)/gi, said: 'income' },
  { written: /\bAcc\b/g, said: 'accumulating' },
  { written: /\bDist\b/g, said: 'distributing' },
  { written: /\bp\.\s?a\.?(?=\s|$|[,;)])/gi, said: 'per year' },
  { written: /\be\.\s?g\.,?/gi, said: 'for example' },
  { written: /\bi\.\s?e\.,?/gi, said: 'that is' },
  { written: /\bapprox\./gi, said: 'approximately' },
  { written: /\bincl\./gi, said: 'including' },
  { written: /\bexcl\./gi, said: 'excluding' },
  { written: /\bvs\.?(?=\s)/gi, said: 'versus' },
  { written: /\betc\./gi, said: 'and so on' },
  { written: /\bplc\b/gi, said: 'P L C' },
  { written: /\bNAV\b/g, said: 'net asset value' },
  { written: /\bYTD\b/g, said: 'year to date' },
  { written: /\bUSD\b/g, said: 'US dollar' },
  { written: /\bEUR\b/g, said: 'euro' },
  { written: /\bGBP\b/g, said: 'pound sterling' },
  { written: /\bCHF\b/g, said: 'Swiss franc' },
  { written: /\bJPY\b/g, said: 'Japanese yen' },
  { written: /\bINR\b/g, said: 'Indian rupee' },
  { written: /\bSEK\b/g, said: 'Swedish krona' },
  { written: /\bUCITS\b/g, said: 'you sits' },
  { written: /\bFTSE\b/g, said: 'footsie' },
  { written: /\bSICAV\b/g, said: 'see-cav' },
];

/** Written as letters, said as letters: a voice reads `MSCI` as a word when nobody spells it. */
export const SPELLED = /\b(?:MSCI|ESG|BSE|NSE|TRI|SRRI|SRI|JPM|BMI|ETFs|ETF|SFDR|GDP|CPI|OECD|UK|US|EU)\b/g;
