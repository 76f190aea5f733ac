/** The step services that the embedded system runs in its own process. */
import { factsheetSteps, fundFactsheetVideo, SERVICE as FACTSHEETS } from '@baton/fund-factsheet-video';
import { mapDataSteps, openObjects, SERVICE as MAP_DATA } from '@baton/map-data';
import type { BlobStore } from '@baton/ports';
import type { ServeOptions } from '@baton/step-sdk';
import { defineRenderFilm, openStudio, readStudioConfig } from '@baton/video-studio';

export type EmbeddedService = Required<Pick<ServeOptions, 'service' | 'steps' | 'workflows' | 'concurrency'>>;

/** @param blobDir where the artifacts are, and under `buckets` the files of Maps. */
export async function embeddedServices(blobDir: string, blobs: BlobStore): Promise<readonly EmbeddedService[]> {
  const studio = await openStudio(readStudioConfig(process.env));
  return [
    { service: FACTSHEETS, steps: factsheetSteps(), workflows: [fundFactsheetVideo], concurrency: 2 },
    { service: MAP_DATA, steps: mapDataSteps(openObjects(blobDir, blobs)), workflows: [], concurrency: 2 },
    { service: 'video-studio', steps: [defineRenderFilm(studio)], workflows: [], concurrency: 1 },
  ];
}
