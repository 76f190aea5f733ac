const NAMES: Readonly<Record<string, string>> = {
  EUR: 'Euro', USD: 'US dollar', GBP: 'Pound sterling', CHF: 'Swiss franc', JPY: 'Japanese yen', INR: 'Indian rupee', SEK: 'Swedish krona',
  NOK: 'Norwegian krone', DKK: 'Danish krone', CAD: 'Canadian dollar', AUD: 'Australian dollar', HKD: 'Hong Kong dollar', SGD: 'Singapore dollar',
  PLN: 'Polish zloty', CZK: 'Czech koruna', HUF: 'Hungarian forint', CNY: 'Chinese yuan', NZD: 'New Zealand dollar', ZAR: 'South African rand',
};

/** `Euro (EUR)`; a code without a name here stays a code. */
export function currencyName(code: string): string {
  const name = Object.hasOwn(NAMES, code) ? NAMES[code] : undefined;
  return name === undefined ? code : `${name} (${code})`;
}
