import { parseWav } from '../audio/wav.ts';
import type { Pcm } from '../audio/wav.ts';
import { runChild } from '../child/run-child.ts';
import { plainSpeech } from './plain-speech.ts';
import { maxSpeechBytes, speechDeadlineMs } from './provider.ts';
import type { SpeechProvider, Voice } from './provider.ts';

/** espeak-ng as installed on the machine. @throws ChildFailed when it is not there or does not run. */
export async function openEspeakNg(options: { readonly program?: string; readonly signal: AbortSignal }): Promise<SpeechProvider> {
  const program = options.program ?? 'espeak-ng';
  const answer = await runChild({ program, args: ['--version'], signal: options.signal, deadlineMs: 10_000, stdout: { maxBytes: 10_000 } });
  const version = /(\d+(?:\.\d+)+)/.exec(answer.toString('utf8'))?.[1] ?? 'unknown';
  return { id: `espeak-ng ${version}`, speak: (text, voice, { signal }) => speak(program, { text, voice, signal }) };
}

async function speak(program: string, order: { text: string; voice: Voice; signal: AbortSignal }): Promise<Pcm> {
  const wav = await runChild({
    program,
    // Text goes in by the pipe: as an argument it could be taken for an option.
    args: ['--stdin', '--stdout', '-b', '1', ...voiceOptions(order.voice)],
    stdin: Buffer.from(`${plainSpeech(order.text)}\n`, 'utf8'),
    stdout: { maxBytes: maxSpeechBytes },
    signal: order.signal,
    deadlineMs: speechDeadlineMs,
  });
  return parseWav(wav);
}

/** `-a 80`: at the full 100 loud vowels are cut off inside espeak-ng, before we can see them. */
export function voiceOptions(voice: Voice): string[] {
  return ['-v', voice.name, '-s', String(voice.wordsPerMinute), '-p', String(voice.pitch), '-a', '80'];
}
