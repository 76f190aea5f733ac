import { defineStep } from '@baton/step-sdk';
import type { Step } from '@baton/step-sdk';
import { z } from 'zod';
import { FilmJob } from '../film-job.ts';
import { FilmResult } from '../film-result.ts';
import { renderFilm } from '../film/render-film.ts';
import type { Studio } from '../film/studio.ts';

const Input = z.object({ job: FilmJob });
const Output = z.object({ film: FilmResult });

/**
 * `render_film`: slides and sentences become a narrated film. Input `{ job }`, output `{ film }`.
 * Several attempts, or one after a kill, go on with the parts that were finished.
 */
export function defineRenderFilm(studio: Studio): Step<typeof Input, typeof Output> {
  return defineStep({
    name: 'render_film',
    input: Input,
    output: Output,
    // Fifteen minutes of film on a slow machine.
    timeoutSeconds: 1_800,
    heartbeatSeconds: 30,
    // What this process cannot take on now is left to others instead of waiting here.
    concurrency: studio.config.filmsAtOnce,
    run: async ({ job }, ctx) => ({ film: await renderFilm(job, studio, ctx) }),
  });
}
