/**
 * Inter (OFL) from its package, for both renderers. The package splits the font by script; each part needs a family name
 * of its own, or the last one registered hides the others.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { GlobalFonts } from '@napi-rs/canvas';
import { glyphCoverage } from './woff.ts';

const SUBSETS = ['latin', 'latin-ext', 'greek', 'greek-ext', 'cyrillic', 'cyrillic-ext', 'vietnamese'] as const;
export const WEIGHTS = [400, 600, 700] as const;
export type Weight = (typeof WEIGHTS)[number];

export interface FontFile {
  readonly name: string;
  readonly weight: Weight;
  readonly style: 'normal';
  readonly data: Buffer;
}

/** For CSS and SVG: every part, in the order of their likelihood. */
export const FONT_FAMILIES = SUBSETS.map(familyOf).join(', ');

let loaded: { readonly files: readonly FontFile[]; readonly covered: ReadonlySet<number> } | undefined;

/** Reads and registers the fonts once per process (about 20 ms). */
export function interFonts(): { readonly files: readonly FontFile[]; readonly covered: ReadonlySet<number> } {
  if (loaded !== undefined) return loaded;
  const require = createRequire(import.meta.url);
  const covered = new Set<number>();
  const files = SUBSETS.flatMap((subset) => WEIGHTS.map((weight): FontFile => {
    const data = readFileSync(require.resolve(`@fontsource/inter/files/inter-${subset}-${weight}-normal.woff`));
    if (weight === 400) for (const code of glyphCoverage(data)) covered.add(code);
    GlobalFonts.register(data, familyOf(subset));
    return { name: familyOf(subset), weight, style: 'normal', data };
  }));
  loaded = { files, covered };
  return loaded;
}

function familyOf(subset: string): string {
  return `Inter${subset.split('-').map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join('')}`;
}
