/** Small constructors that every field rule ends in. */
import type { Box, Missing, Provenance } from '../../extracted.ts';

export function missing(reason: string): Missing {
  return { value: null, reason };
}

export function source(page: number, snippet: string, box: Box, confidence: number): Provenance {
  return { page, snippet: snippet.replace(/\s+/gu, ' ').trim(), box, confidence: Math.round(confidence * 100) / 100 };
}
