import type { Output } from '../world.ts';

type Paint = (text: string) => string;
export interface Style {
  readonly good: Paint;
  readonly bad: Paint;
  readonly warn: Paint;
  readonly quiet: Paint;
  readonly strong: Paint;
}

/** Colour where a person looks and has not asked for none (https://no-color.org). */
export function styleFor(output: Output, env: Readonly<Record<string, string | undefined>>): Style {
  const wanted = output.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  const paint = (open: number, close: number): Paint => (wanted ? (text) => `\u001b[${open}m${text}\u001b[${close}m` : (text) => text);
  return { good: paint(32, 39), bad: paint(31, 39), warn: paint(33, 39), quiet: paint(2, 22), strong: paint(1, 22) };
}
