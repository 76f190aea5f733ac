import type { Deck, Slide } from '../slides/deck.ts';
import { figureKey } from './figure.ts';
import { readFigures } from './read-figures.ts';

/** Every figure (as a key) that a slide of a deck shows, its notes and the deck's title included. */
export function shownFigures(slide: Slide, deck: Deck): ReadonlySet<string> {
  const strings: string[] = [deck.title.text];
  const collect = (value: unknown): void => {
    if (typeof value === 'string') strings.push(value);
    else if (value !== null && typeof value === 'object') Object.values(value).forEach(collect);
  };
  collect(slide);
  return new Set(strings.flatMap((text) => readFigures(text).map(figureKey)));
}
