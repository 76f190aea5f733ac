import type { Cue } from '../captions/cue.ts';
import { sentenceCues } from '../captions/sentence-cues.ts';
import type { FilmJob } from '../film-job.ts';
import type { NarratedSentence } from './narration.ts';
import type { Timeline } from './timeline.ts';

/** The captions of the whole film, from where its sentences really begin and end. */
export function filmCaptions(job: FilmJob, timeline: Timeline, sentences: readonly NarratedSentence[]): Cue[] {
  return timeline.sentences.flatMap((placed, index) =>
    sentenceCues({
      text: job.scenes[placed.sceneIndex]?.sentences[placed.sentenceIndex]?.text ?? '',
      startSeconds: placed.startSample / timeline.sampleRate,
      endSeconds: (placed.startSample + placed.samples) / timeline.sampleRate,
      pauses: sentences[index]?.pauses ?? [],
    }),
  );
}
