import { NoProvider } from '../errors.ts';
import { openFfmpeg } from './ffmpeg.ts';
import { openNodeAv } from './node-av/provider.ts';
import type { VideoProvider } from './provider.ts';

/** `auto`, `ffmpeg`, `node-av`, or the path of an ffmpeg program. */
export type VideoChoice = string;

/**
 * The installed ffmpeg where there is a fit one, else the libraries from npm.
 * @throws NoProvider naming the setting, when what is asked for is not there.
 */
export async function chooseVideo(choice: VideoChoice, options: { readonly signal: AbortSignal }): Promise<VideoProvider> {
  let whyNotFfmpeg: unknown;
  if (choice !== 'node-av') {
    try {
      return await openFfmpeg({ ...options, ...(choice === 'auto' || choice === 'ffmpeg' ? {} : { program: choice }) });
    } catch (error) {
      options.signal.throwIfAborted();
      if (choice !== 'auto') throw new NoProvider(`VIDEO_STUDIO_FFMPEG is ${choice}, but it cannot be used: ${reason(error)}. Mend it or set VIDEO_STUDIO_FFMPEG=auto`, { cause: error });
      whyNotFfmpeg = error;
    }
  }
  try {
    return await openNodeAv(options);
  } catch (error) {
    options.signal.throwIfAborted();
    const ffmpeg = whyNotFfmpeg === undefined ? '' : ` and ffmpeg cannot be used (${reason(whyNotFfmpeg)})`;
    throw new NoProvider(`No video encoder: the npm package node-av cannot be loaded (${reason(error)})${ffmpeg}. Install ffmpeg, or run npm install`, { cause: error });
  }
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
