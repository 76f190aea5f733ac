/** A line has two forms that say the same: written for captions and slides, spoken for the voice. */
import { canonicalNumber } from '../figures/figure.ts';
import { MONTHS } from '../figures/words.ts';
import { sayDate, sayNumber } from './speech/say-number.ts';
import { speak } from './speech/speak.ts';

export interface Line { readonly text: string; readonly spoken: string }

/** Joins fixed words and facts: line`The fund returned ${percent(-3.41)}.` */
export function line(strings: TemplateStringsArray, ...parts: readonly Line[]): Line {
  const join = (form: keyof Line) => strings.reduce((out, fixed, index) => out + (parts[index - 1]?.[form] ?? '') + fixed);
  return { text: join('text'), spoken: join('spoken') };
}

/** Words that sound as they are written. */
export function words(text: string): Line {
  return { text, spoken: text };
}

/** `-3.41%`: with as many decimals as were read, never rounded. */
export function percent(value: number): Line {
  const text = `${canonicalNumber(value)}%`;
  const spoken = sayNumber(value);
  return { text, spoken: spoken === undefined ? text : `${spoken} percent` };
}

export function decimal(value: number): Line {
  const text = canonicalNumber(value);
  return { text, spoken: sayNumber(value) ?? text };
}

/** `31 January 2024`. */
export function date(isoDate: string): Line {
  return { text: writtenDate(isoDate), spoken: sayDate(isoDate) };
}

/** Words of the document. */
export function quoted(text: string): Line {
  return { text, spoken: speak(text) };
}

export function writtenDate(isoDate: string): string {
  const [year, month, day] = isoDate.split('-').map(Number);
  return `${day} ${MONTHS[(month ?? 1) - 1]} ${year}`;
}
