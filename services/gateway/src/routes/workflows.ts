import type { WorkflowList } from '@baton/contracts';
import type { Door } from '../door.ts';
import { readQuery } from '../http/query.ts';
import type { Handler } from '../http/route.ts';

export function listWorkflows(door: Door): Handler {
  return (request, response) => {
    readQuery(request, {});
    const workflows = door.definitions.all().map(({ def, publishedBy, inputSchema }) => ({ def, publishedBy, ...(inputSchema !== undefined && { inputSchema: inputSchema as Record<string, unknown> }) }));
    response.json({ workflows } satisfies WorkflowList);
  };
}
