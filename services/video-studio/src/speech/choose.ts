import { NoProvider } from '../errors.ts';
import { openEspeakNg } from './espeak-ng.ts';
import type { SpeechProvider } from './provider.ts';
import { openText2wav } from './text2wav.ts';

export type SpeechChoice = 'auto' | 'espeak-ng' | 'text2wav';

/**
 * The installed espeak-ng where there is one, else the one from npm.
 * @throws NoProvider naming the setting, when what is asked for is not there.
 */
export async function chooseSpeech(choice: SpeechChoice, options: { readonly signal: AbortSignal }): Promise<SpeechProvider> {
  if (choice !== 'text2wav') {
    try {
      return await openEspeakNg(options);
    } catch (error) {
      options.signal.throwIfAborted();
      if (choice === 'espeak-ng') throw new NoProvider('VIDEO_STUDIO_SPEECH is espeak-ng, but espeak-ng cannot be run: install it (Debian: apt-get install espeak-ng) or set VIDEO_STUDIO_SPEECH=auto', { cause: error });
    }
  }
  try {
    return await openText2wav();
  } catch (error) {
    throw new NoProvider('No speech: neither espeak-ng nor the npm package text2wav is installed. Install espeak-ng, or run npm install', { cause: error });
  }
}
