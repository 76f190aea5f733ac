/** The English words for numbers and months that figures are read from. Data only. */

export const ONES: Readonly<Record<string, number>> = {
  zero: 0, one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10, eleven: 11, twelve: 12,
  thirteen: 13, fourteen: 14, fifteen: 15, sixteen: 16, seventeen: 17, eighteen: 18, nineteen: 19,
};

export const TENS: Readonly<Record<string, number>> = {
  twenty: 20, thirty: 30, forty: 40, fifty: 50, sixty: 60, seventy: 70, eighty: 80, ninety: 90,
};

export const MONTHS = [
  'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December',
] as const;

/** Days of a month as ordinals: index 0 is `first`. */
export const ORDINAL_DAYS = [
  'first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth', 'eleventh', 'twelfth',
  'thirteenth', 'fourteenth', 'fifteenth', 'sixteenth', 'seventeenth', 'eighteenth', 'nineteenth', 'twentieth',
  'twenty-first', 'twenty-second', 'twenty-third', 'twenty-fourth', 'twenty-fifth', 'twenty-sixth', 'twenty-seventh',
  'twenty-eighth', 'twenty-ninth', 'thirtieth', 'thirty-first',
] as const;

/** `twenty-four` is 24; undefined for what is not a number under one hundred written as one word. */
export function underHundred(word: string): number | undefined {
  const one = Object.hasOwn(ONES, word) ? ONES[word] : undefined;
  if (one !== undefined) return one;
  const [tens = '', ones, ...rest] = word.split('-');
  if (!Object.hasOwn(TENS, tens) || rest.length > 0) return undefined;
  if (ones === undefined) return TENS[tens];
  const unit = Object.hasOwn(ONES, ones) ? ONES[ones] : undefined;
  return unit !== undefined && unit >= 1 && unit <= 9 ? (TENS[tens] ?? 0) + unit : undefined;
}
