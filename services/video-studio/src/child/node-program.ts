import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The path of one of our own programs, given beside the file that starts it.
 * The extension follows the starter's: `.ts` when run from source, `.js` from `dist/`.
 */
export function programBeside(starterUrl: string, name: string): string {
  return fileURLToPath(new URL(`./${name}${extname(fileURLToPath(starterUrl))}`, starterUrl));
}
