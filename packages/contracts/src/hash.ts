/** Hashes for ids, jitter and chains. Pure JavaScript (@noble/hashes), since the core may not reach node:crypto. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { canonicalJson } from './json.ts';
import { encodeUtf8 } from './text.ts';

/** SHA-256 of UTF-8 text as 64 hex digits. */
export function sha256Hex(text: string): string {
  return bytesToHex(sha256(encodeUtf8(text)));
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
