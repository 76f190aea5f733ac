import { writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { drawSlide } from '../testing/slides.ts';
import { testDirectory } from '../testing/test-directory.ts';
import { openNodeAv } from '../video/node-av/provider.ts';
import { checkFilm } from './check-film.ts';

const directory = testDirectory();
afterAll(directory.remove);
const work = { signal: new AbortController().signal, deadlineMs: 300_000 };
const at = (name: string): string => join(directory.path, name);

beforeAll(async () => {
  const video = await openNodeAv(work);
  writeFileSync(at('1.png'), drawSlide(1));
  await video.encodeScene({ slidePath: at('1.png'), previousSlidePath: undefined, frames: 60, fadeFrames: 0 }, at('silent.mp4'), work);
  await mkdir(at('room'));
  async function* sound() { yield Buffer.alloc((44_100 + 0) * 4); }
  await video.assemble({ title: 'x', language: 'eng', scenes: [{ path: at('silent.mp4'), frames: 60 }], frames: 60, sound: sound(), soundSampleRate: 22_050, cues: [], workDirectory: at('room') }, at('good.mp4'), work);
});

describe('the check of a film', () => {
  it('passes a film that is what was ordered', async () => {
    await expect(checkFilm(at('good.mp4'), { expectedSeconds: 2, frames: 60 })).resolves.toMatchObject({ expectedSeconds: 2, video: { frames: 60 } });
  });

  it('finds one that lasts other than its sentences and pauses', async () => {
    await expect(checkFilm(at('good.mp4'), { expectedSeconds: 2.31, frames: 60 })).rejects.toThrow('the film lasts 2.00 s, but its sentences and pauses last 2.31 s');
    await expect(checkFilm(at('good.mp4'), { expectedSeconds: 2.29, frames: 60 })).resolves.toBeDefined();
  });

  it('finds missing frames', async () => {
    await expect(checkFilm(at('good.mp4'), { expectedSeconds: 2, frames: 61 })).rejects.toThrow('the number of frames is 60, but was ordered as 61');
  });

  it('finds missing sound', async () => {
    await expect(checkFilm(at('silent.mp4'), { expectedSeconds: 2, frames: 60 })).rejects.toThrow('it has no sound');
  });

  it('finds a file that is no film', async () => {
    writeFileSync(at('text.mp4'), 'not a film');
    await expect(checkFilm(at('text.mp4'), { expectedSeconds: 2, frames: 60 })).rejects.toThrow('The finished film is not what was ordered: it cannot be read');
  });
});
