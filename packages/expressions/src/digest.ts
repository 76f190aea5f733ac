/** The hash functions of the language. */
import { encodeUtf8, sha256Hex } from '@baton/contracts';
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha384, sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

const DIGESTS = {
  'MD5': (text: string) => bytesToHex(md5(encodeUtf8(text))),
  'SHA-1': (text: string) => bytesToHex(sha1(encodeUtf8(text))),
  'SHA-256': sha256Hex,
  'SHA-384': (text: string) => bytesToHex(sha384(encodeUtf8(text))),
  'SHA-512': (text: string) => bytesToHex(sha512(encodeUtf8(text))),
} as const;
export type HashAlgorithm = keyof typeof DIGESTS;

export const isHashAlgorithm = (name: string): name is HashAlgorithm => Object.hasOwn(DIGESTS, name);

/** Of the UTF-8 of `text`, in hexadecimal digits. */
export const digest = (text: string, algorithm: HashAlgorithm): string => DIGESTS[algorithm](text);
