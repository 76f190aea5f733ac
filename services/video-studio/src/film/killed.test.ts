import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isInstalled, processesNaming, until } from '../testing/programs.ts';
import { drawSlide } from '../testing/slides.ts';
import { testDirectory } from '../testing/test-directory.ts';

const program = join(import.meta.dirname, '..', 'render-file.ts');
const scenes = 4;
let directory: ReturnType<typeof testDirectory>;
let running: ChildProcess | undefined;
beforeEach(() => {
  directory = testDirectory();
  for (let scene = 0; scene < scenes; scene += 1) writeFileSync(join(directory.path, `${scene}.png`), drawSlide(scene));
  const sentences = (scene: number) => [{ text: `This is scene number ${scene + 1} of the film.` }, { text: `It has a second sentence, and that is sentence ${scene + 10}.` }];
  writeFileSync(join(directory.path, 'job.json'), JSON.stringify({ title: 'Killed', language: 'en', scenes: Array.from({ length: scenes }, (_, scene) => ({ id: `s${scene}`, slide: `${scene}.png`, sentences: sentences(scene) })) }));
});
afterEach(() => {
  running?.kill('SIGKILL');
  directory.remove();
});

const scratch = (): string => join(directory.path, 'scratch');
const parts = (kind: string): string[] => (existsSync(join(scratch(), 'parts')) ? readdirSync(join(scratch(), 'parts')).filter((name) => name.startsWith(`${kind}-`)) : []);
const inodes = (): Map<string, number> => new Map([...parts('narration'), ...parts('scene')].map((name) => [name, statSync(join(scratch(), 'parts', name)).ino]));

function startRender(settings: Record<string, string>): { process: ChildProcess; ended: Promise<number | null>; log: () => string } {
  const child = spawn(process.execPath, [program, join(directory.path, 'job.json'), join(directory.path, 'out')], { env: { PATH: process.env['PATH'], VIDEO_STUDIO_SCRATCH: scratch(), ...settings }, stdio: ['ignore', 'ignore', 'pipe'] });
  running = child;
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => { log += text; });
  return { process: child, log: () => log, ended: new Promise((resolve) => child.once('close', resolve)) };
}

const ways = [
  { name: 'what npm brings', settings: { VIDEO_STUDIO_SPEECH: 'text2wav', VIDEO_STUDIO_FFMPEG: 'node-av' }, there: true },
  { name: 'the programs of the machine', settings: { VIDEO_STUDIO_SPEECH: 'espeak-ng', VIDEO_STUDIO_FFMPEG: 'ffmpeg' }, there: isInstalled('ffmpeg', '-version') && isInstalled('espeak-ng', '--version') },
];

describe.each(ways)('a studio killed with -9 in the middle, with $name', ({ settings, there }) => {
  (there ? it : it.skip).each([{ kind: 'narration', count: 2 }, { kind: 'scene', count: 2 }])('does not make again the parts that were finished (killed at $kind $count)', async ({ kind, count }) => {
    const first = startRender(settings);
    await until(`${count} parts of ${kind} are made`, () => parts(kind).length >= count);
    first.process.kill('SIGKILL');
    await first.ended;
    const before = inodes();
    expect(parts('film')).toEqual([]);
    // What it had started ends by itself, without anybody's doing.
    await until('its children are gone', () => processesNaming(scratch()).length === 0);

    const second = startRender(settings);
    expect([await second.ended, second.log()]).toEqual([0, expect.any(String)]);
    const { sentencesMade, scenesMade } = JSON.parse(/^\{.*film made.*$/m.exec(second.log())?.[0] ?? '{}') as Record<string, string>;
    const [narrations, filmed] = ['narration', 'scene'].map((one) => [...before.keys()].filter((name) => name.startsWith(one)).length);
    expect({ sentencesMade, scenesMade }).toEqual({ sentencesMade: `${2 * scenes - (narrations ?? 0)} of ${2 * scenes}`, scenesMade: `${scenes - (filmed ?? 0)} of ${scenes}` });
    for (const [name, inode] of before) expect([name, inodes().get(name)]).toEqual([name, inode]);
    expect(readdirSync(join(scratch(), 'rooms'))).toEqual([]);
    expect(statSync(join(directory.path, 'out', 'film.mp4')).size).toBeGreaterThan(10_000);
    expect(JSON.parse(readFileSync(join(directory.path, 'out', 'result.json'), 'utf8'))).toMatchObject({ probe: { video: { width: 1920, framesPerSecond: 30 } } });
  }, 600_000);
});
