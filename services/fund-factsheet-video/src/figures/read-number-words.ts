/** Reads numbers written as words: `minus three point four one percent`, `two-thirds`, `one thousand six hundred fifty-three`. */
import { canonicalNumber, type Figure } from './figure.ts';
import { ONES, underHundred } from './words.ts';

interface Word { readonly text: string; readonly start: number; readonly end: number }
interface Read { readonly digits: string; readonly next: number }

/** Every number in words. Ordinals (`third-party`) and shares (`half`) are not numbers here: no narration of ours uses them. */
export function readNumberWords(text: string): Figure[] {
  const words = [...text.matchAll(/\p{L}+(?:-\p{L}+)*/gu)].map((m): Word => ({ text: m[0].toLowerCase(), start: m.index, end: m.index + m[0].length }));
  const follows = (index: number) => index < words.length && /^\s+$/.test(text.slice(words[index - 1]?.end, words[index]?.start));
  const at = (index: number, first = false) => (first || follows(index) ? words[index]?.text : undefined);
  const figures: Figure[] = [];

  for (let index = 0; index < words.length;) {
    const sign = ['minus', 'negative'].includes(words[index]?.text ?? '') ? '-' : '';
    const from = sign === '' && words[index]?.text !== 'plus' ? index : index + 1;
    const number = from === index ? readDecimal(at, from, true) : readDecimal(at, from, false);
    if (number === undefined) {
      figures.push(...hyphenated(words[index]));
      index += 1;
      continue;
    }
    const percent = percentEnd(at, number.next);
    const next = percent ?? number.next;
    const start = words[index]?.start ?? 0;
    const end = words[next - 1]?.end ?? start;
    figures.push({ kind: percent === undefined ? 'number' : 'percent', value: canonicalNumber(Number(sign + number.digits)), text: text.slice(start, end), start, end });
    index = next;
  }
  return figures;
}

type At = (index: number, first?: boolean) => string | undefined;

function readDecimal(at: At, index: number, first: boolean): Read | undefined {
  const whole = readCardinal(at, index, first);
  if (whole === undefined || at(whole.next) !== 'point') return whole;
  let digits = '';
  let next = whole.next + 1;
  for (let digit = digitOf(at(next)); digit !== undefined; digit = digitOf(at(next))) {
    digits += digit;
    next += 1;
  }
  return digits === '' ? whole : { digits: `${whole.digits}.${digits}`, next };
}

function digitOf(word: string | undefined): number | undefined {
  const value = word !== undefined && Object.hasOwn(ONES, word) ? ONES[word] : undefined;
  return value !== undefined && value <= 9 ? value : undefined;
}

/** No `and` inside a number, so that `one hundred and five` in a sentence stays two numbers on every reading. */
function readCardinal(at: At, index: number, first: boolean): Read | undefined {
  const century = underHundred(at(index, first) ?? '');
  const inCentury = underHundred(at(index + 1) ?? '');
  if (century !== undefined && century >= 18 && century <= 20 && inCentury !== undefined && inCentury >= 10) {
    return { digits: String(century * 100 + inCentury), next: index + 2 };
  }
  const head = readUnderThousand(at, index, first);
  if (head === undefined) return at(index, first) === 'thousand' ? { digits: '1000', next: index + 1 } : undefined;
  if (at(head.next) !== 'thousand') return head;
  const tail = readUnderThousand(at, head.next + 1, false);
  return { digits: String(Number(head.digits) * 1000 + Number(tail?.digits ?? 0)), next: tail?.next ?? head.next + 1 };
}

function readUnderThousand(at: At, index: number, first: boolean): Read | undefined {
  const start = at(index, first);
  if (start === undefined) return undefined;
  const head = start === 'hundred' ? 1 : underHundred(start);
  if (head === undefined) return undefined;
  const hundredAt = start === 'hundred' ? index : at(index + 1) === 'hundred' ? index + 1 : undefined;
  if (hundredAt === undefined) return { digits: String(head), next: index + 1 };
  const tail = underHundred(at(hundredAt + 1) ?? '');
  return { digits: String(head * 100 + (tail ?? 0)), next: tail === undefined ? hundredAt + 1 : hundredAt + 2 };
}

function percentEnd(at: At, index: number): number | undefined {
  if (at(index) === 'percent') return index + 1;
  return at(index) === 'per' && at(index + 1) === 'cent' ? index + 2 : undefined;
}

/** `two-thirds` and `three-month` carry a number in front of other words. */
function hyphenated(word: Word | undefined): Figure[] {
  if (word === undefined || !word.text.includes('-')) return [];
  const figures: Figure[] = [];
  let offset = word.start;
  for (const piece of word.text.split('-')) {
    const value = underHundred(piece);
    if (value !== undefined) figures.push({ kind: 'number', value: String(value), text: piece, start: offset, end: offset + piece.length });
    offset += piece.length + 1;
  }
  return figures;
}
