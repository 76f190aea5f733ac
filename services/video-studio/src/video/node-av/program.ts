/**
 * A program of its own: encodes one scene or joins one film with the FFmpeg libraries of node-av, then ends.
 * Usage: node program.ts '<order as JSON>'. Progress on standard error as `frame=N`; errors too, with exit code 1.
 */
import { writeSync } from 'node:fs';
import { AV_LOG_ERROR } from 'node-av/constants';
import { Log, getFFmpegInfo } from 'node-av/lib';
import { encodeScene } from './encode-scene.ts';
import { joinFilm } from './join-film.ts';
import type { Order } from './order.ts';

const order = JSON.parse(process.argv[2] ?? 'null') as Order;
let reportedMs = 0;
const onFrames = (frames: number): void => {
  if (Date.now() - reportedMs < 500) return;
  reportedMs = Date.now();
  writeSync(2, `frame=${frames}\n`);
};

Log.setLevel(AV_LOG_ERROR);
try {
  if (order.kind === 'version') {
    process.stdout.write(`${getFFmpegInfo().version}\n`);
  } else if (order.kind === 'scene') {
    process.stdin.on('end', () => process.exit(3)).resume();
    await encodeScene(order, onFrames);
    process.exit(0);
  } else {
    await joinFilm(order, { sound: process.stdin, onFrames });
  }
} catch (error) {
  writeSync(2, `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
}
