import type { StudioConfig } from '../config.ts';
import { PartStore } from '../scratch/part-store.ts';
import { chooseSpeech } from '../speech/choose.ts';
import type { SpeechProvider } from '../speech/provider.ts';
import { chooseVideo } from '../video/choose.ts';
import type { VideoProvider } from '../video/provider.ts';
import { Slots } from './slots.ts';

/** What all films of one process have in common. */
export interface Studio {
  readonly config: StudioConfig;
  readonly parts: PartStore;
  readonly slots: Slots;
  /** Chosen when first asked for, then kept; after a failure it is looked for again. @throws NoProvider */
  providers(signal: AbortSignal): Promise<{ speech: SpeechProvider; video: VideoProvider }>;
}

export function openStudio(config: StudioConfig): Studio {
  let chosen: { speech: SpeechProvider; video: VideoProvider } | undefined;
  return {
    config,
    parts: new PartStore(config.scratchDirectory),
    slots: new Slots(config.filmsAtOnce),
    async providers(signal) {
      // Not shared while it is being looked for: one film's cancelling must not fail another's search.
      chosen ??= { speech: await chooseSpeech(config.speech, { signal }), video: await chooseVideo(config.video, { signal }) };
      return chosen;
    },
  };
}
