/** Chance that is given: every number follows from the seed of the host, or from the author's own. */
import { hashFraction } from '@baton/contracts';
import type { Ambient } from './facts.ts';

/** A UUID of version 4 (RFC 9562) from the host's numbers. */
export function uuidFrom(ambient: Ambient): string {
  const bytes = Array.from({ length: 16 }, () => Math.floor(ambient.random() * 256));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** In [0, 1): the same for the same seed, everywhere and always. */
export const seededFraction = (seed: number): number => hashFraction(`seed ${seed}`);
