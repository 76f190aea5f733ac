import { definitionSchema } from '@baton/workflow';
import type { Command } from 'commander';
import type { Session } from '../session.ts';

export function addSchema(program: Command, session: (command: Command) => Session): void {
  program
    .command('schema')
    .summary('print the JSON Schema of definitions, for editors')
    .description('Print the JSON Schema (draft 7) of workflow definitions, by which an editor completes fields and underlines mistakes. Speaks to nobody; a gateway serves the same at /definition.schema.json. How to tell an editor is in docs/guides/check-definitions.md.')
    .action((_options: unknown, command: Command) => {
      const schema = definitionSchema();
      session(command).answer(schema, () => JSON.stringify(schema, null, 2));
    });
}
