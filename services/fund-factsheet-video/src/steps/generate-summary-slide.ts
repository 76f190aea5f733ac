import { ArtifactRef } from '@baton/contracts';
import { defineStep } from '@baton/step-sdk';
import { z } from 'zod';
import { Extracted } from '../extracted.ts';
import { checkDeck, checkScript } from '../figures/check.ts';
import { Script } from '../script/script.ts';
import { buildDeck } from '../slides/build-deck.ts';
import { FilmJob, toFilmJob } from '../slides/film-job.ts';
import { layoutDeck } from '../slides/layout/layout-deck.ts';
import { renderPng } from '../slides/render-png.ts';
import { renderPptx } from '../slides/render-pptx.ts';

const PPTX_MEDIA_TYPE = 'application/vnd.openxmlformats-officedocument.presentationml.presentation';

/**
 * Draws the slides and orders the film. The script comes out of the run's data, so it is checked again here: a check done
 * by another step is no check of what arrived.
 */
export const generateSummarySlide = defineStep({
  name: 'generate_summary_slide',
  input: z.object({ extracted: Extracted, script: Script }),
  output: z.object({ slides: z.object({ images: z.array(ArtifactRef), pptx: ArtifactRef }), film_job: FilmJob }),
  timeoutSeconds: 120,
  async run({ extracted, script }, ctx) {
    const checkedScript = checkScript(script, extracted);
    const deck = checkDeck(buildDeck(checkedScript, extracted), extracted);
    const slides = layoutDeck(deck);
    const images: ArtifactRef[] = [];
    const percent = () => Math.round((images.length / (slides.length + 1)) * 100);
    // One after the other: the pictures of a deck in memory together would cost more than they save on few cores.
    for (const [index, slide] of slides.entries()) {
      ctx.signal.throwIfAborted();
      ctx.heartbeat({ percent: percent(), message: `Drawing the slide "${slide.id}"` });
      const picture = await renderPng(slide, ctx.signal);
      images.push(await ctx.blob.put(picture, { name: `slide-${String(index + 1).padStart(2, '0')}-${slide.id}.png`, mediaType: 'image/png' }));
    }
    ctx.signal.throwIfAborted();
    ctx.heartbeat({ percent: percent(), message: 'Writing the presentation' });
    const pptx = await ctx.blob.put(await renderPptx(deck, slides), { name: 'slides.pptx', mediaType: PPTX_MEDIA_TYPE });
    ctx.log.info({ slides: images.length, pptxBytes: pptx.bytes }, 'slides drawn');
    ctx.heartbeat({ percent: 100, message: 'Slides drawn' });
    return { slides: { images, pptx }, film_job: toFilmJob(checkedScript, images) };
  },
});
