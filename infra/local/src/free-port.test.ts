import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from '@jest/globals';
import { freePort, isPortFree } from './free-port.ts';

it('is one that nobody listens on, and another one for every caller, also before anybody does', async () => {
  const ports = await Promise.all(Array.from({ length: 300 }, () => freePort()));
  expect(new Set(ports).size).toBe(ports.length);
  expect(await Promise.all(ports.map(isPortFree))).toEqual(ports.map(() => true));
});

it('is given to no other process that draws the same number, until the one that has it ends', async () => {
  const [mine, next] = [await freePort(), await freePort()];
  const draws = [mine, next, await unreserved()];
  const program = `import { freePort } from ${JSON.stringify(new URL('./free-port.ts', import.meta.url).href)};
const draws = ${JSON.stringify(draws)};
console.log(await freePort(() => draws.shift()));
process.stdin.resume();`;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [given] = (await once(child.stdout, 'data')) as [Buffer];
  expect(Number(given)).toBe(draws[2]);
  const drawn = [draws[2]!, await unreserved()];
  expect(await freePort(() => drawn.shift()!)).not.toBe(draws[2]);
  child.stdin.end();
  await once(child, 'close');
  expect(await freePort(() => draws[2]!)).toBe(draws[2]);
});

/** A free port that its own process no longer holds, since that has ended. */
async function unreserved(): Promise<number> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', `import { freePort } from ${JSON.stringify(new URL('./free-port.ts', import.meta.url).href)};\nconsole.log(await freePort());`], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (piece: Buffer) => (said += piece.toString()));
  await once(child, 'close');
  return Number(said);
}
