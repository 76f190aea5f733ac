import { encodeUtf8 } from '@baton/contracts';

export const bytesOf = (text: string): Uint8Array => encodeUtf8(text);
export const bytesOrNull = (text: string | null): Uint8Array | null => (text === null ? null : encodeUtf8(text));
