/** The order for the film, as the film studio's render step takes it. */
import { ArtifactRef } from '@baton/contracts';
import { z } from 'zod';
import { assertChecked, type CheckedScript } from '../figures/check.ts';

export const FilmJob = z.object({
  title: z.string().min(1).max(200),
  language: z.literal('en'),
  scenes: z.array(z.object({
    id: z.string().min(1),
    /** A PNG of 1920 × 1080. */
    slide: ArtifactRef,
    sentences: z.array(z.object({ text: z.string().min(1).max(600), spoken: z.string().min(1).max(600).optional() })).min(1),
  })).min(1),
  posterSceneId: z.string().optional(),
});
export type FilmJob = z.infer<typeof FilmJob>;

const LONGEST_TITLE = 200;

/**
 * @param images one picture for each scene of the script, in its order.
 * @throws TypeError for a script that did not come from `checkScript`, or when pictures and scenes differ in number.
 */
export function toFilmJob(script: CheckedScript, images: readonly ArtifactRef[]): FilmJob {
  assertChecked(script);
  if (images.length !== script.scenes.length) throw new TypeError(`Expected ${script.scenes.length} pictures, one for each scene, but got ${images.length}`);
  return {
    title: shortTitle(script.title),
    language: script.language,
    scenes: script.scenes.map((scene, index) => ({
      id: scene.id,
      slide: images[index] as ArtifactRef,
      sentences: scene.sentences.map(({ text, spoken }) => (spoken === text ? { text } : { text, spoken })),
    })),
    posterSceneId: script.scenes[0]?.id ?? 'opening',
  };
}

/** Ends at a word where it is too long. */
function shortTitle(title: string): string {
  return title.length <= LONGEST_TITLE ? title : `${title.slice(0, LONGEST_TITLE - 1).replace(/\s+\S*$/, '')}…`;
}
