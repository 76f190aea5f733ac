/** Bytes of a file as text, piece by piece. */
import { ItemReaderFailed } from '../reading-failed.ts';

/** A mark of the byte order at the beginning is none of the text. @throws ItemReaderFailed where it is not UTF-8. */
export async function* decoded(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (error instanceof TypeError) throw new ItemReaderFailed('Expected a text in UTF-8');
    throw error;
  }
}
