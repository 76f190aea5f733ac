/** The step services that the embedded system runs in its own process. */
import { factsheetSteps, fundFactsheetVideo, SERVICE as FACTSHEETS } from '@baton/fund-factsheet-video';
import type { ServeOptions } from '@baton/step-sdk';
import { defineRenderFilm, openStudio, readStudioConfig } from '@baton/video-studio';

export type EmbeddedService = Required<Pick<ServeOptions, 'service' | 'steps' | 'workflows' | 'concurrency'>>;

export async function embeddedServices(): Promise<readonly EmbeddedService[]> {
  const studio = await openStudio(readStudioConfig(process.env));
  return [
    { service: FACTSHEETS, steps: factsheetSteps(), workflows: [fundFactsheetVideo], concurrency: 2 },
    { service: 'video-studio', steps: [defineRenderFilm(studio)], workflows: [], concurrency: 1 },
  ];
}
