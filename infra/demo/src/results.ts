/** What a run made, put into a directory under names that people expect. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Client } from '@baton/client';
import { ArtifactRef, type Json, type JsonObject, type RunHistory, type RunView } from '@baton/contracts';

export interface ResultFile {
  readonly what: string;
  readonly path: string;
}

/** Fetches every artifact that the run's data names, whatever became of the run, and writes run.json beside them. */
export async function writeResults(client: Client, run: RunView, history: RunHistory, out: string): Promise<readonly ResultFile[]> {
  await mkdir(out, { recursive: true });
  const files: ResultFile[] = [];
  for (const { what, file, ref } of artifactsOf(run.data)) {
    const path = join(out, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, await client.downloadArtifact(ref.hash));
    files.push({ what, path });
  }
  const path = join(out, 'run.json');
  await writeFile(path, `${JSON.stringify(runReport(run, history), null, 2)}\n`);
  return [...files, { what: 'run', path }];
}

function artifactsOf(data: Json): { what: string; file: string; ref: ArtifactRef }[] {
  const at = (...path: string[]): Json | undefined => path.reduce<Json | undefined>((value, key) => (isObject(value) ? value[key] : undefined), data);
  const one = (what: string, file: string, value: Json | undefined): { what: string; file: string; ref: ArtifactRef }[] => {
    const ref = ArtifactRef.safeParse(value);
    return ref.success ? [{ what, file, ref: ref.data }] : [];
  };
  const images = at('slides', 'images');
  return [
    ...one('film', 'film.mp4', at('film', 'film')),
    ...one('captions', 'captions.vtt', at('film', 'captions')),
    ...one('poster', 'poster.png', at('film', 'poster')),
    ...one('slides', 'slides.pptx', at('slides', 'pptx')),
    ...(Array.isArray(images) ? images.flatMap((image: Json, i) => one(`slide ${i + 1}`, join('slides', `${String(i + 1).padStart(2, '0')}.png`), image)) : []),
    ...one('script', 'script.json', at('script_file')),
    ...one('extracted data', 'extracted.json', at('extracted_file')),
    ...one('factsheet', 'factsheet.pdf', at('document')),
  ];
}

function runReport(run: RunView, history: RunHistory): JsonObject {
  const attempts = history.entries.flatMap(({ event, tsMs }) => (event.type === 'attempt-closed' ? [{ ...(event as unknown as JsonObject), closedAt: new Date(tsMs).toISOString() }] : []));
  return {
    runId: run.runId,
    workflow: run.workflow,
    status: run.status,
    startedAt: new Date(run.startedMs).toISOString(),
    ...(run.endedMs !== undefined && { endedAt: new Date(run.endedMs).toISOString() }),
    steps: run.steps.filter((step) => step.type === 'Task').map((step) => ({ step: step.state, stepId: step.stepId, status: step.status, attempts: step.attempts, ...(step.endedMs !== undefined && { durationMs: step.endedMs - step.enteredMs }) })),
    attempts,
    ...(run.error !== undefined && { error: run.error as unknown as JsonObject }),
    ...(run.traceId !== undefined && { traceId: run.traceId }),
  };
}

const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
