/** The video studio as a process: reads the environment, chooses voice and encoder, serves `render_film`. */
import { serve } from '@baton/step-sdk';
import { readStudioConfig } from './config.ts';
import { openStudio } from './film/studio.ts';
import { defineRenderFilm } from './steps/render-film.ts';

const config = readStudioConfig(process.env);
await serve({ service: 'video-studio', steps: [defineRenderFilm(openStudio(config))], concurrency: config.filmsAtOnce });
