import type { Command } from 'commander';
import { table } from '../output/table.ts';
import type { Session } from '../session.ts';

export function addWorkflows(program: Command, session: (command: Command) => Session): void {
  program
    .command('workflows')
    .summary('list what can be started')
    .description('List the workflows that services have published. With --json also the schema of their input.')
    .action(async (_options: unknown, command: Command) => {
      const called = session(command);
      const list = await called.client.workflows();
      called.answer(list, () => (list.workflows.length === 0 ? 'No workflows. A step service publishes its own when it starts.' : table(['WORKFLOW', 'VERSION', 'HASH', 'PUBLISHED BY'], list.workflows.map(({ def, publishedBy }) => [def.name, String(def.ver), def.hash.slice(0, 12), publishedBy]))));
    });
}
