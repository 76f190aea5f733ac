import type { Door } from '../door.ts';
import type { Handler } from '../http/route.ts';

/** What a person sees who opens the address: where things are. */
export function home(door: Door): Handler {
  return (_request, response) => {
    response.json({
      name: 'Baton gateway',
      version: door.config.version,
      namespace: door.config.namespace,
      workflows: door.definitions.all().map(({ def }) => def.name),
      start: 'POST /v1/runs {"workflow": "…", "input": {…}}',
      routes: ['/v1/workflows', '/v1/workflows/{name}', '/v1/workflows/{name}/aliases/{alias}', '/v1/workflows/{name}/aliases/{alias}/remove', '/v1/workflows/{name}/versions/{version}/retire', '/v1/workflows/{name}/versions/{version}/bring-back', '/v1/workflows/{name}/versions/{version}/delete', '/v1/runs', '/v1/runs/{runId}', '/v1/runs/{runId}/history', '/v1/runs/{runId}/events', '/v1/runs/{runId}/signals/{name}', '/v1/runs/{runId}/cancel', '/v1/runs/{runId}/compensation/retry', '/v1/runs/{runId}/compensation/skip', '/v1/tasks', '/v1/tasks/{taskId}', '/v1/tasks/{taskId}/answer', '/tasks/{taskId}', '/v1/artifacts', '/v1/artifacts/{hash}', '/v1/dead-letters', '/v1/dead-letters/{id}', '/v1/dead-letters/{id}/replay', '/livez', '/readyz', '/metrics', '/openapi.json', '/definition.schema.json'],
      description: '/openapi.json',
    });
  };
}
