/**
 * Hashes for ids, jitter and chains. Pure JavaScript (@noble/hashes), since the core may not reach node:crypto; a process
 * hands in its platform's own function, which gives the same many times faster.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { canonicalJson } from './json.ts';
import { encodeUtf8 } from './text.ts';

/** SHA-256 of UTF-8 text as 64 hex digits. */
export type Sha256Hex = (text: string) => string;

let hashed: Sha256Hex = (text) => bytesToHex(sha256(encodeUtf8(text)));

export function sha256Hex(text: string): string {
  return hashed(text);
}

const PROBE = 'Baton \u00e9 \u{1f3bb} \ud800';

/** @throws Error where `platform` does not give what the pure function gives, a lone surrogate included. */
export function usePlatformSha256(platform: Sha256Hex): void {
  const expected = bytesToHex(sha256(encodeUtf8(PROBE)));
  const found = platform(PROBE);
  if (found !== expected) throw new Error(`Expected a SHA-256 of ${expected}, but the platform's is ${found}`);
  hashed = platform;
}

/** First 128 bits of the SHA-256, as 32 hex digits: enough to name things, short enough for logs. */
export function hash128(text: string): string {
  return sha256Hex(text).slice(0, 32);
}

/** Hash of a JSON value that does not depend on the order of keys. */
export function hashJson(value: unknown): string {
  return hash128(canonicalJson(value));
}

/** A number in [0, 1) that depends on `text` alone: the seed of jitter. 48 bits of the hash. */
export function hashFraction(text: string): number {
  return Number.parseInt(sha256Hex(text).slice(0, 12), 16) / 2 ** 48;
}
