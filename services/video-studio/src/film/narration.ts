import { readFile, writeFile } from 'node:fs/promises';
import { loudnessBlocks } from '../audio/loudness.ts';
import { pausesWithin, trimSilence } from '../audio/silence.ts';
import { formatWav, parseWav } from '../audio/wav.ts';
import { FilmJobInvalid } from '../errors.ts';
import type { FilmJob } from '../film-job.ts';
import type { PartUse } from '../scratch/part-store.ts';
import type { SpeechProvider, Voice } from '../speech/provider.ts';
import { inParallel } from './in-parallel.ts';

/** One sentence as a voice spoke it, without silence around it. The sound stays on disk. */
export interface NarratedSentence {
  readonly path: string;
  readonly made: boolean;
  readonly sampleRate: number;
  readonly samples: number;
  /** For the loudness of the whole film. */
  readonly loudness: readonly number[];
  /** Seconds from its start. */
  readonly pauses: readonly number[];
}

/** Raise it when the work on a sentence after speaking changes. */
const narrationVersion = 1;
const sentencesAtOnce = 2;

export interface NarrationWork {
  readonly speech: SpeechProvider;
  readonly voice: Voice;
  readonly parts: PartUse;
  readonly signal: AbortSignal;
  readonly onSentence: (done: number, total: number) => void;
}

/**
 * Speaks every sentence that is not spoken yet.
 * @returns for each scene its sentences.
 * @throws FilmJobInvalid where a sentence makes no sound; ChildFailed from the voice.
 */
export async function narrate(job: FilmJob, work: NarrationWork): Promise<NarratedSentence[][]> {
  const all = job.scenes.flatMap((scene, sceneIndex) => scene.sentences.map((sentence, index) => ({ sceneIndex, index, spoken: sentence.spoken ?? sentence.text })));
  let done = 0;
  work.onSentence(done, all.length);
  const narrated = await inParallel(all, { atOnce: sentencesAtOnce, signal: work.signal }, async ({ sceneIndex, index, spoken }, _, signal) => {
    const part = await work.parts.get({
      kind: 'narration',
      extension: 'wav',
      from: { narrationVersion, speech: work.speech.id, voice: work.voice, spoken },
      make: async (path) => {
        const pcm = trimSilence(await work.speech.speak(spoken, work.voice, { signal }));
        if (pcm.samples.length === 0) throw silent(sceneIndex, index);
        await writeFile(path, formatWav(pcm));
      },
    });
    const pcm = parseWav(await readFile(part.path));
    work.onSentence((done += 1), all.length);
    return { sceneIndex, path: part.path, made: part.made, sampleRate: pcm.sampleRate, samples: pcm.samples.length, loudness: loudnessBlocks(pcm), pauses: pausesWithin(pcm) };
  });
  const rates = new Set(narrated.map((sentence) => sentence.sampleRate));
  if (rates.size > 1) throw new Error(`Expected one sample rate from the voice, but got ${[...rates].join(' and ')} Hz`);
  return job.scenes.map((_, sceneIndex) => narrated.filter((sentence) => sentence.sceneIndex === sceneIndex));
}

function silent(sceneIndex: number, index: number): FilmJobInvalid {
  return new FilmJobInvalid([{
    code: 'sentence_not_audible',
    field: `/job/scenes/${sceneIndex}/sentences/${index}`,
    message: `Sentence ${index + 1} of scene ${sceneIndex + 1} makes no sound when spoken.`,
    help: 'Write in `spoken` what shall be said, in words.',
    severity: 'error',
  }]);
}
