import type { HistoryEntry } from '@baton/contracts';
import type { Session } from './session.ts';

/** Every entry after a number, page by page. */
export async function wholeHistory({ client }: Session, runId: string, after: number): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  for (let next: number | undefined = after; next !== undefined; ) {
    const page = await client.history(runId, { after: next, limit: 1_000 });
    entries.push(...page.entries);
    next = page.nextAfter;
  }
  return entries;
}
