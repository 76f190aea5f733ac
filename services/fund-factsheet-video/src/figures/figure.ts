/**
 * A figure: any number, date or identifier that a viewer could take as a fact about the fund.
 *
 * Two figures are the same when kind and value are the same: `500` in the name of an index is not `500%`,
 * and `-3.41%` is not `3.41%`.
 */
export type FigureKind = 'percent' | 'number' | 'date' | 'month' | 'scale' | 'identifier';

export interface Figure {
  readonly kind: FigureKind;
  /** Canonical: a plain decimal, an ISO date (`2024-01-31`), an ISO month (`2024-01`), a scale (`1-7`), an identifier in capitals. */
  readonly value: string;
  /** As it stands in the text, and where (offsets in UTF-16 units). */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** What two figures are compared by. */
export function figureKey(figure: Pick<Figure, 'kind' | 'value'>): string {
  return `${figure.kind}:${figure.value}`;
}

/**
 * A number as plain decimal digits, without exponent, grouping or a sign on zero, so that `1e-7`, `0.50` and `-0` have
 * one spelling each.
 *
 * @throws RangeError for NaN and the infinities.
 */
export function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`Expected a finite number, but got ${value}`);
  if (value === 0) return '0';
  const shortest = String(value);
  if (!shortest.includes('e')) return shortest;
  const [mantissa = '', exponent = '0'] = shortest.split('e');
  const negative = mantissa.startsWith('-');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const point = whole.length + Number(exponent);
  const digits = whole + fraction;
  const plain = point <= 0
    ? `0.${'0'.repeat(-point)}${digits}`
    : point >= digits.length ? digits.padEnd(point, '0') : `${digits.slice(0, point)}.${digits.slice(point)}`;
  return negative ? `-${plain}` : plain;
}

/** For error messages: `-3.41%`, `31 January 2024` as `2024-01-31`, `1-7`. */
export function describeFigure(figure: Pick<Figure, 'kind' | 'value'>): string {
  return figure.kind === 'percent' ? `${figure.value}%` : figure.value;
}
