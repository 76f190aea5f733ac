export { readStudioConfig, type StudioConfig } from './config.ts';
export { ChildFailed, FilmCheckFailed, FilmJobInvalid, NoProvider } from './errors.ts';
export { FilmJob, FilmScene, FilmSentence, filmLimits } from './film-job.ts';
export { FilmProbe, FilmResult } from './film-result.ts';
export { openStudio, type Studio } from './film/studio.ts';
export { defineRenderFilm } from './steps/render-film.ts';
