import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { parseWav } from '../audio/wav.ts';
import type { Pcm } from '../audio/wav.ts';
import { runChild } from '../child/run-child.ts';
import { ChildFailed } from '../errors.ts';
import { voiceOptions } from './espeak-ng.ts';
import { plainSpeech } from './plain-speech.ts';
import { maxSpeechBytes, speechDeadlineMs } from './provider.ts';
import type { SpeechProvider, Voice } from './provider.ts';

/**
 * espeak-ng compiled to WebAssembly, from the text2wav package: needs npm alone.
 * Its code is GPL-3 and it loses memory with every call. So its own command-line program is run, once for every
 * sentence (0.2 s): none of it is ever loaded into ours, and what it loses goes with its process.
 * @throws Error when the package is not installed.
 */
export async function openText2wav(): Promise<SpeechProvider> {
  const require = createRequire(import.meta.url);
  const program = require.resolve('text2wav/index.js');
  const { version } = JSON.parse(await readFile(require.resolve('text2wav/package.json'), 'utf8')) as { version: string };
  return { id: `text2wav ${version}`, speak: (text, voice, { signal }) => speak(program, { text, voice, signal }) };
}

async function speak(program: string, order: { text: string; voice: Voice; signal: AbortSignal }): Promise<Pcm> {
  const wav = await runChild({
    program: process.execPath,
    // The space keeps a sentence that begins with a dash from being taken for an option.
    args: [program, ` ${plainSpeech(order.text)}`, ...voiceOptions(order.voice)],
    stdout: { maxBytes: maxSpeechBytes },
    signal: order.signal,
    deadlineMs: speechDeadlineMs,
    // Said on every start where fetch exists; it then loads the file from disk.
    onStderrLine: (line) => /wasm streaming compile failed|falling back to ArrayBuffer/.test(line),
  });
  // It ends with code 0 even when the voice is unknown.
  if (wav.length === 0) throw new ChildFailed({ program: 'text2wav', why: 'output', message: `made no sound with the voice '${order.voice.name}'` });
  return parseWav(wav);
}
