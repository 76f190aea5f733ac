/** Items while they come: as many as are asked for, and no more than a message may hold. */
import { LIMITS, utf8Length, type Json } from '@baton/contracts';
import { ItemReaderFailed } from '../reading-failed.ts';

/** Reading ends with the last that is wanted. @param most all, where it is undefined. @throws ItemReaderFailed where they are too large together. */
export async function gathered(items: AsyncIterable<Json>, most = Number.POSITIVE_INFINITY): Promise<Json[]> {
  const found: Json[] = [];
  let bytes = 2;
  for await (const item of items) {
    bytes += utf8Length(JSON.stringify(item)) + 1;
    if (bytes > LIMITS.payloadBytes) {
      throw new ItemReaderFailed(`The first ${found.length + 1} items have more than ${LIMITS.payloadBytes} bytes as JSON, which is as much as one Map works on. Read fewer with MaxItems, or put into a file of its own what each item refers to`);
    }
    found.push(item);
    if (found.length >= most) break;
  }
  return found;
}
