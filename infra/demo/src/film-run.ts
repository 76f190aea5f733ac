/** The main job as a client does it: upload the factsheet, start the run, follow it to its end, fetch what it made. */
import { createClient } from '@baton/client';
import type { RunView } from '@baton/contracts';
import type { Progress } from './progress.ts';
import { writeResults, type ResultFile } from './results.ts';

export interface FilmRun {
  readonly run: RunView;
  readonly files: readonly ResultFile[];
  /** Of the run, on the gateway. */
  readonly url: string;
}

export async function followFilmRun(gatewayUrl: string, document: { readonly bytes: Uint8Array; readonly name: string }, out: string, progress: Progress): Promise<FilmRun> {
  const client = createClient({ baseUrl: gatewayUrl });
  const uploaded = await client.uploadArtifact(document.bytes, { name: document.name, mediaType: 'application/pdf' });
  const { runId } = await client.start('fund_factsheet_video', { document: uploaded });
  for await (const update of client.watch(runId)) {
    if (update.type === 'run') progress.show(update.run);
  }
  progress.end();
  const run = await client.get(runId);
  const files = await writeResults(client, run, await client.history(runId), out);
  return { run, files, url: `${gatewayUrl}/v1/runs/${runId}` };
}
