import { z } from 'zod';
import { ArtifactRef } from '@baton/contracts';

/** What one film may be at most. A job beyond these is refused with the field's name, never cut short. */
export const filmLimits = {
  scenes: 50,
  sentencesPerScene: 60,
  /** Characters of one sentence, as shown or as spoken. */
  sentenceCharacters: 600,
  /** Characters of all sentences together, as spoken; about 15 minutes. */
  totalCharacters: 20_000,
  filmSeconds: 15 * 60,
  slideBytes: 20 * 1024 * 1024,
} as const;

// A control character in a title or a caption ends up in the container's metadata or breaks a cue.
const printable = /^[^\p{Cc}\p{Cs}]*$/u;
const speakable = /[\p{L}\p{N}]/u;

const SentenceText = z
  .string()
  .max(filmLimits.sentenceCharacters, `Expected at most ${filmLimits.sentenceCharacters} characters: split the sentence`)
  .regex(/^[^\p{Cs}]*$/u, 'Expected well-formed Unicode text')
  .regex(speakable, 'Expected a sentence with at least one letter or digit');

/** One sentence: what the caption shows and, where it differs, what the voice says. */
export const FilmSentence = z.strictObject({
  text: SentenceText,
  /** As said aloud: digits, signs and abbreviations in words. Default: `text`. */
  spoken: SentenceText.optional(),
});
export type FilmSentence = z.infer<typeof FilmSentence>;

/** One slide and what is said over it. */
export const FilmScene = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'Expected letters, digits, dot, dash or underscore, at most 64'),
  /** A PNG of exactly 1920×1080 on the blob port. */
  slide: ArtifactRef,
  sentences: z.array(FilmSentence).min(1, 'Expected at least one sentence').max(filmLimits.sentencesPerScene),
});
export type FilmScene = z.infer<typeof FilmScene>;

/** Everything needed to make a film: slides, the words over them, and the title. */
export const FilmJob = z
  .strictObject({
    title: z.string().min(1).max(200).regex(printable, 'Expected printable characters'),
    language: z.enum(['en']),
    scenes: z.array(FilmScene).min(1, 'Expected at least one scene').max(filmLimits.scenes),
    /** The scene whose slide becomes the poster. Default: the first. */
    posterSceneId: z.string().optional(),
  })
  .superRefine((job, ctx) => {
    const seen = new Set<string>();
    for (const [index, scene] of job.scenes.entries()) {
      if (seen.has(scene.id)) {
        ctx.addIssue({ code: 'custom', path: ['scenes', index, 'id'], message: `Expected ids that differ, but '${scene.id}' is there twice` });
      }
      seen.add(scene.id);
    }
    if (job.posterSceneId !== undefined && !seen.has(job.posterSceneId)) {
      ctx.addIssue({ code: 'custom', path: ['posterSceneId'], message: `Expected the id of one of the scenes, but got '${job.posterSceneId}'` });
    }
    const characters = job.scenes.flatMap((scene) => scene.sentences).reduce((sum, one) => sum + (one.spoken ?? one.text).length, 0);
    if (characters > filmLimits.totalCharacters) {
      ctx.addIssue({ code: 'custom', path: ['scenes'], message: `Expected at most ${filmLimits.totalCharacters} characters of narration, but there are ${characters}` });
    }
  });
export type FilmJob = z.infer<typeof FilmJob>;
