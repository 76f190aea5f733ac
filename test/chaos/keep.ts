/** What is kept when something was violated: all logs, the plan, what was done, the books, and every topic as it stands. */
import { createWriteStream } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { SERVICE } from './ledger/transfer.ts';
import type { PlannedFault } from './plan.ts';
import type { PerformedFault } from './perform.ts';
import type { Report } from './report.ts';
import type { Stage } from './stage.ts';
import { readTopics } from './topic-records.ts';

export interface Kept {
  readonly report: Report;
  readonly plan: readonly PlannedFault[];
  readonly performed: readonly PerformedFault[];
}

/** @param folder is made; what is in it is written over. */
export async function keep(stage: Stage, folder: string, { report, plan, performed }: Kept): Promise<void> {
  const { names, kafka } = stage;
  await mkdir(join(folder, 'topics'), { recursive: true });
  await writeFile(join(folder, 'report.json'), `${JSON.stringify({ ...report, plan, performed, events: stage.events }, null, 2)}\n`);
  await cp(stage.dir, folder, { recursive: true });
  await cp(stage.kafka.server.logFile, join(folder, 'logs', 'kafka.log'));
  const named = { history: names.history, inbox: names.inbox, commands: names.command(SERVICE), lifecycle: names.lifecycle, 'dead-letters': names.deadLetters };
  for (const [name, topic] of Object.entries(named)) {
    const file = createWriteStream(join(folder, 'topics', `${name}.jsonl`));
    for (const { partition, offset, timestampMs, key, value } of (await readTopics(kafka.brokers, [topic])).get(topic)!.records) file.write(`${JSON.stringify({ partition, offset, timestampMs, key, value: value?.toString() ?? null })}\n`);
    file.end();
    await finished(file);
  }
}
