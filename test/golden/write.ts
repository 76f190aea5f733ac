/** `node test/golden/write.ts`: records the scenarios that have no history yet. One that is there is never written again. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SCENARIOS } from './scenarios.ts';

const folder = join(import.meta.dirname, 'histories');
for (const [name, scenario] of Object.entries(SCENARIOS)) {
  const file = join(folder, `${name}.json`);
  if (existsSync(file)) continue;
  writeFileSync(file, `${JSON.stringify(scenario())}\n`);
  console.log(`Recorded: ${name}`);
}
