/** Code run inside another process through its inspector, for what no signal can do to it. */
import { eventually } from './eventually.ts';
import type { Proc } from './processes.ts';

/** The process must have been started with `--inspect`. Sends it and does not wait for the end. */
export async function evaluateIn(proc: Proc, expression: string): Promise<void> {
  const url = await eventually(() => /Debugger listening on (ws:\S+)/.exec(proc.output())?.[1], 'the inspector to listen', 10_000);
  const socket = new WebSocket(url);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error(`The inspector at ${url} does not answer`)));
  });
  socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } }));
  await eventually(() => socket.bufferedAmount === 0, 'the expression to leave', 10_000);
}
