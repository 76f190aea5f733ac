/** Source: AWS Step Functions, "Intrinsic functions for JSONPath states", encoding and hashes. */
import { decodeUtf8, encodeUtf8, fromBase64, toBase64, type Json } from '@baton/contracts';
import { digest, isHashAlgorithm } from '../digest.ts';
import { weigh } from '../weight.ts';
import { encodableAt, failure, textAt, type Call } from './arguments.ts';

export const base64Encode = (call: Call): Json => toBase64(encodeUtf8(encodableAt(call, 0)));

/** What is not of the alphabet is passed over, as MIME has it (RFC 2045). */
export function base64Decode(call: Call): Json {
  const text = encodableAt(call, 0).replace(/[^A-Za-z0-9+/=]/g, '');
  try {
    return decodeUtf8(fromBase64(text));
  } catch {
    throw failure(call, 'expected Base64 of a UTF-8 text');
  }
}

/** Of a text its UTF-8, of anything else its JSON; as hexadecimal digits. */
export function hash(call: Call): Json {
  const [value] = call.values;
  if (typeof value !== 'string') weigh(value!, 'States.IntrinsicFailure', call.name);
  const data = encodableAt({ ...call, values: [typeof value === 'string' ? value : JSON.stringify(value)] }, 0);
  call.steps.take(data.length >> 1);
  const algorithm = textAt(call, 1);
  if (!isHashAlgorithm(algorithm)) throw failure(call, `expected MD5, SHA-1, SHA-256, SHA-384 or SHA-512, but found ${JSON.stringify(algorithm)}`);
  return digest(data, algorithm);
}
