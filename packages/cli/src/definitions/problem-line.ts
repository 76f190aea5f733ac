import type { DefinitionProblem } from '@baton/workflow';
import { safe } from '../output/safe.ts';
import type { Style } from '../output/style.ts';

/** As compilers say it, so that editors and terminals make a link of it. */
export function problemLine(file: string, { line: row, column, severity, message, path }: DefinitionProblem, style: Style): string {
  const kind = severity === 'error' ? style.bad('error') : style.warn('warning');
  return `${style.strong(`${safe(file)}:${row}:${column}`)} ${kind} ${safe(message)} ${style.quiet(`(${safe(path)})`)}`;
}
