/** The line of a text that is meant, with a mark below the column. */
const WIDTH = 76;

/** @param offset UTF-16 units from the beginning of the text. */
export function placeIn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: before[before.length - 1]!.length + 1 };
}

export function caretLines(text: string, offset: number): readonly string[] {
  const { line, column } = placeIn(text, offset);
  const whole = text.split('\n')[line - 1]!.replaceAll('\t', ' ');
  // A long line is shown around the place.
  const cut = Math.max(0, Math.min(column - 1 - WIDTH / 2, whole.length - WIDTH));
  const shown = `${cut > 0 ? '…' : ''}${whole.slice(cut, cut + WIDTH)}${cut + WIDTH < whole.length ? '…' : ''}`;
  return [`  ${shown}`, `  ${' '.repeat(column - 1 - cut + (cut > 0 ? 1 : 0))}^`];
}
