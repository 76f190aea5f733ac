/** Server-sent events from a stream of bytes, after the HTML Living Standard, section 9.2.6, as far as a gateway writes them. */
export interface ServerEvent {
  readonly event: string;
  readonly data: string;
  readonly id?: string;
}

/** An event larger than this is no event of a gateway. */
const MAX_EVENT_CHARACTERS = 16_777_216;

/** @param alive called with each piece, comments too: the stream is not dead. */
export async function* serverEvents(bytes: AsyncIterable<Uint8Array>, alive: () => void = () => undefined): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of bytes) {
    alive();
    text += decoder.decode(piece, { stream: true }).replace(/\r\n?/g, '\n');
    if (text.length > MAX_EVENT_CHARACTERS) throw new Error('Expected an event of a bounded size');
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const event = eventOf(text.slice(0, end));
      text = text.slice(end + 2);
      if (event !== undefined) yield event;
    }
  }
}

function eventOf(block: string): ServerEvent | undefined {
  let event = 'message';
  let id: string | undefined;
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon === 0) continue;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
    else if (field === 'id') id = value;
  }
  return data.length === 0 ? undefined : { event, data: data.join('\n'), ...(id !== undefined && { id }) };
}
