import { describe, expect, it } from '@jest/globals';
import { trimSilence } from '../audio/silence.ts';
import { isInstalled } from '../testing/programs.ts';
import { chooseSpeech } from './choose.ts';
import { openEspeakNg } from './espeak-ng.ts';
import { plainSpeech } from './plain-speech.ts';
import { openText2wav } from './text2wav.ts';

// Real programs on a machine that may be busy: what takes seconds here may take a minute there.
const signal = new AbortController().signal;
const voice = { name: 'en-gb', wordsPerMinute: 155, pitch: 46 };
const espeakIsInstalled = isInstalled('espeak-ng', '--version');

const providers = [
  { name: 'espeak-ng', open: () => openEspeakNg({ signal }), there: espeakIsInstalled },
  { name: 'text2wav', open: openText2wav, there: true },
];

describe.each(providers)('speech by $name', ({ open, there }) => {
  const spoken = there ? it : it.skip;
  const seconds = async (text: string): Promise<number> => {
    const pcm = trimSilence(await (await open()).speak(text, voice, { signal }));
    return pcm.samples.length / pcm.sampleRate;
  };

  spoken('lasts as long as its words', async () => {
    const [short, long] = [await seconds('Good morning.'), await seconds('Good morning, and welcome to the monthly report of the fund for October.')];
    expect(short).toBeGreaterThan(0.4);
    expect(short).toBeLessThan(2);
    expect(long).toBeGreaterThan(3);
    expect(long).toBeLessThan(8);
  });

  spoken('is the same for the same sentence', async () => {
    const provider = await open();
    const [one, two] = [await provider.speak('The same again.', voice, { signal }), await provider.speak('The same again.', voice, { signal })];
    expect(Buffer.from(one.samples.buffer).equals(Buffer.from(two.samples.buffer))).toBe(true);
  });

  spoken('reads a sentence that looks like an option, codes or markup', async () => {
    for (const text of ['-v fr is said aloud', '--help is said aloud', '[[h@loU]] is said aloud', '<speak> is said aloud', '"$(reboot)" is said aloud']) {
      expect(await seconds(text)).toBeGreaterThan(0.8);
    }
  });

  spoken('says what is wrong for a voice that does not exist', async () => {
    await expect((await open()).speak('Hello.', { ...voice, name: 'xx-nobody' }, { signal })).rejects.toThrow(/espeak-ng|text2wav/);
  });

  spoken('stops when it is cancelled', async () => {
    const provider = await open();
    await expect(provider.speak('Hello.', voice, { signal: AbortSignal.abort(new Error('cancelled')) })).rejects.toThrow('cancelled');
  });
});

describe('choice of speech', () => {
  const withPath = async <T>(path: string, work: () => Promise<T>): Promise<T> => {
    const before = process.env['PATH'];
    process.env['PATH'] = path;
    try {
      return await work();
    } finally {
      process.env['PATH'] = before;
    }
  };

  it('falls back to the npm package on a machine without espeak-ng', async () => {
    expect((await withPath('/nowhere', () => chooseSpeech('auto', { signal }))).id).toMatch(/^text2wav \d/);
  });

  it('does not fall back when espeak-ng is asked for by name', async () => {
    await expect(withPath('/nowhere', () => chooseSpeech('espeak-ng', { signal }))).rejects.toThrow('VIDEO_STUDIO_SPEECH is espeak-ng');
  });

  (espeakIsInstalled ? it : it.skip)('takes the installed espeak-ng first', async () => {
    expect((await chooseSpeech('auto', { signal })).id).toMatch(/^espeak-ng \d/);
  });
});

describe('plain speech', () => {
  it('holds no phoneme codes, control or invisible characters', () => {
    expect(plainSpeech('  A [[h@]]\u0001 b\u200b\n\nc\u00a0d  ')).toBe('A [ [h@] ] b c d');
  });
});
