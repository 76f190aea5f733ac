/** What parent and reading process say to each other. */
import type { Box } from '../extracted.ts';
import type { PdfPage, Pixels } from './pdf-page.ts';

export type ToReader =
  | { readonly kind: 'open'; readonly bytes: Uint8Array; readonly maxPages: number }
  | { readonly kind: 'draw'; readonly id: number; readonly page: number; readonly box: Box; readonly scale: number };

export type ReadFailure = 'password' | 'damaged' | 'too-many-pages';

export type FromReader =
  | { readonly kind: 'ready' }
  | { readonly kind: 'opened'; readonly pages: readonly PdfPage[]; readonly title: string | null }
  | { readonly kind: 'refused'; readonly why: ReadFailure; readonly detail: string; readonly pages?: number }
  | { readonly kind: 'drawn'; readonly id: number; readonly pixels: Pixels | null };
