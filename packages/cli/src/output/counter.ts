/** How far something long has come: one line, redrawn, for a person who looks; nothing for anybody else. */
import type { Output } from '../world.ts';
import { line } from './safe.ts';

export interface Counter {
  /** Often: only now and then is it drawn. */
  show(text: string): void;
  /** Seldom: drawn at once. */
  say(text: string): void;
  /** Takes the line away. */
  end(): void;
}

const REDRAW_MS = 100;

export function counter(output: Output, { wanted, nowMs }: { readonly wanted: boolean; readonly nowMs: () => number }): Counter {
  if (!wanted || output.isTTY !== true) return { show: () => undefined, say: () => undefined, end: () => undefined };
  let drawnMs = 0;
  const say = (text: string): void => {
    drawnMs = nowMs();
    output.write(`\r\u001b[2K${line(text, (output.columns ?? 80) - 1)}`);
  };
  return {
    say,
    show(text) {
      if (nowMs() - drawnMs >= REDRAW_MS) say(text);
    },
    end: () => void output.write('\r\u001b[2K'),
  };
}
