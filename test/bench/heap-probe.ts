/**
 * Loaded into a process before its program: says what of its memory is alive after a collection, when asked. What lies in memory
 * at any moment is mostly garbage that nobody has collected yet, so whether something grows shows here and not in the process's size.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

process.on('message', (message: { readonly alive?: true }) => {
  if (message.alive !== true) return;
  collect();
  const { heapUsed, external } = process.memoryUsage();
  process.send?.({ aliveBytes: heapUsed + external });
});
// Being asked is no reason to go on.
process.channel?.unref();
