/** A JSON document for people: as much as fits on a screen, and the command that shows it all. */
import type { Json } from '@baton/contracts';
import { safe } from './safe.ts';
import type { Style } from './style.ts';

const MOST_LINES = 30;

/** @param whole the command that prints all of it. */
export function documentLines(name: string, value: Json, whole: string, style: Style): string[] {
  const lines = safe(JSON.stringify(value, null, 2)).split('\n');
  const shown = lines.length <= MOST_LINES ? lines : lines.slice(0, MOST_LINES - 1);
  const rest = lines.length - shown.length;
  return [`${name}  ${shown.join('\n')}`, ...(rest === 0 ? [] : [style.quiet(`… ${rest} more lines, all of them with: ${whole}`)])];
}
