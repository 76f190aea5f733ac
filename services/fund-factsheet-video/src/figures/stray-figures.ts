/** Finds figures that the extracted data does not back, and says so in words a person can act on. */
import type { Extracted } from '../extracted.ts';
import { describeFigure, figureKey, type Figure } from './figure.ts';
import { isSourceField, knownFigures, SOURCE_FIELDS, type SourceField } from './known-figures.ts';
import { readFigures } from './read-figures.ts';
import type { Finding } from '@baton/step-sdk';

export interface PublishedText {
  /** For a person: `scene "risk", sentence 2, spoken`. */
  readonly where: string;
  readonly text: string;
  /** The only fields whose figures this text may carry. */
  readonly fields: readonly string[];
}

/** One finding for each figure of the text that none of its fields holds. */
export function strayFigures(published: PublishedText, extracted: Extracted): Finding[] {
  const fields = published.fields.filter(isSourceField);
  const known = new Set(fields.flatMap((field) => [...knownFigures(extracted, field)]));
  return readFigures(published.text)
    .filter((figure) => !known.has(figureKey(figure)))
    .map((figure) => strayFigure(figure, published, fields, extracted));
}

/** The finding for a figure that stands where it may not. */
export function strayFigure(figure: Figure, published: PublishedText, fields: readonly SourceField[], extracted: Extracted): Finding {
  const holders = SOURCE_FIELDS.filter((field) => knownFigures(extracted, field).has(figureKey(figure)));
  const known = fields.flatMap((field) => [...knownFigures(extracted, field)].map(withoutKind));
  const backed = fields.length === 0 ? 'this text names no source that could hold a figure' : `${fields.join(', ')} holds ${known.length === 0 ? 'no figure' : known.join(', ')}`;
  const elsewhere = holders.length === 0 ? 'it stands nowhere in the extracted data' : `it belongs to ${holders.join(', ')}`;
  return {
    code: 'stray_figure',
    ...(holders[0] === undefined ? {} : { field: holders[0] }),
    message: `Expected only figures of the document in ${published.where}, but found ${describeFigure(figure)} ("${figure.text}"): ${backed}; ${elsewhere}.`,
    snippet: published.text.slice(0, 300),
    help: 'Nothing was published. Compare the figure with the document; if the document is right, report this text so that its wording can be mended.',
    severity: 'error',
  };
}

function withoutKind(key: string): string {
  const [kind = '', ...value] = key.split(':');
  return describeFigure({ kind: kind as Figure['kind'], value: value.join(':') });
}
