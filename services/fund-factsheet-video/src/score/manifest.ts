/** The manifest beside a folder of documents: which fields each truly has, and what is in them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

export const SCORED_FIELDS = ['fundName', 'monthlyPerformance', 'ytdPerformance', 'sharpeRatio', 'strategy', 'riskLevel'] as const;
export type ScoredField = (typeof SCORED_FIELDS)[number];

const Entry = z.object({
  file: z.string().min(1),
  present: z.partialRecord(z.enum(SCORED_FIELDS), z.boolean()).default({}),
  groundTruth: z.record(z.string(), z.unknown()).default({}),
});
export type ManifestEntry = z.infer<typeof Entry>;

/** @throws Error naming the file when it is missing or has another form. */
export async function readManifest(directory: string): Promise<ManifestEntry[]> {
  const path = join(directory, 'manifest.json');
  const text = await readFile(path, 'utf8');
  const parsed = z.object({ documents: z.array(Entry) }).safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`${path} is not a manifest of documents: ${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`);
  return parsed.data.documents;
}
