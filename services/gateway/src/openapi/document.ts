/** The API described: OpenAPI 3.1 made from the schemas that the routes read and write. Served, and written to docs/reference/generated. */
import * as contracts from '@baton/contracts';
import { z } from 'zod';
import { createDocument, type ZodOpenApiPathsObject, type ZodOpenApiResponsesObject } from 'zod-openapi';
import { DownloadQuery, UploadQuery } from '../routes/artifacts.ts';
import { DeadLetterQuery } from '../routes/dead-letters.ts';
import { HistoryQuery, RunListQuery } from '../routes/read-runs.ts';
import { EventsQuery } from '../routes/run-events.ts';
import { TaskPageQuery } from '../routes/task-page.ts';
import { TaskListQuery } from '../routes/tasks.ts';

const json = (schema: z.ZodType) => ({ content: { 'application/json': { schema } } });
const answer = (description: string, schema: z.ZodType) => ({ description, ...json(schema) });

/** One entry per code that the route may answer with. */
function refused(...codes: contracts.ErrorCode[]): ZodOpenApiResponsesObject {
  const responses: ZodOpenApiResponsesObject = {};
  for (const code of [...codes, 'forbidden_origin', 'internal'] as const) {
    const { status, title } = contracts.ERRORS[code];
    const before = responses[`${status}`] as { description: string } | undefined;
    responses[`${status}`] = {
      description: before === undefined ? `\`${code}\`: ${title}` : `${before.description}; \`${code}\`: ${title}`,
      content: { 'application/problem+json': { schema: contracts.Problem } },
    };
  }
  return responses;
}

/** What is refused on a page is said on a page. */
const taskPages = (...statuses: number[]): ZodOpenApiResponsesObject => Object.fromEntries(statuses.map((status) => [`${status}`, { description: status < 300 ? 'The page' : 'A page that says why not', content: { 'text/html': { schema: z.string() } } }]));

const readingCodes = ['unavailable', 'rebuilding'] as const;
const bodyCodes = ['invalid_json', 'forbidden_key', 'schema', 'payload_too_large', 'unsupported_media_type', 'request_timeout'] as const;
const runIdPath = z.object({ runId: z.string().meta({ description: 'The id that the start was answered with' }) });
const signalPath = z.object({ ...runIdPath.shape, name: contracts.Name.meta({ description: 'The name that a state waits for' }) });
const compensationHeader = z.object({ 'Idempotency-Key': z.string().min(1).max(255).optional().meta({ description: 'The id of the request: the same id is the same request' }) });
const taskPath = z.object({ taskId: contracts.TaskId });
const letterPath = z.object({ id: z.string().meta({ description: 'topic~partition~offset of the record' }) });
const workflowPath = z.object({ name: contracts.Name });
const aliasPath = workflowPath.extend({ alias: contracts.Alias });
const versionPath = workflowPath.extend({ version: z.int().min(1) });
const hashPath = z.object({ hash: contracts.Sha256.meta({ description: 'SHA-256 of the content, lower-case hex' }) });
const idempotencyHeader = z.object({ 'Idempotency-Key': z.string().min(1).max(255).optional().meta({ description: 'Same key, same run' }) });

const paths: ZodOpenApiPathsObject = {
  '/v1/runs': {
    post: {
      operationId: 'startRun',
      summary: 'Start a run',
      description: 'Answered once Kafka has acknowledged the start: from then on the run is not lost.',
      requestParams: { header: idempotencyHeader },
      requestBody: { required: true, ...json(contracts.StartRunRequest) },
      responses: {
        202: { ...answer('Accepted', contracts.StartRunResponse), headers: z.object({ Location: z.string() }) },
        ...refused(...bodyCodes, 'unknown_workflow', 'unknown_workflow_version', 'workflow_retired', 'invalid_input', 'invalid_definition', 'idempotency_conflict', 'unavailable'),
      },
    },
    get: {
      operationId: 'listRuns',
      summary: 'List runs, newest update first',
      requestParams: { query: z.object(RunListQuery) },
      responses: { 200: answer('A page of runs', contracts.RunList), ...refused('schema', ...readingCodes) },
    },
  },
  '/v1/runs/{runId}': {
    get: { operationId: 'getRun', summary: 'One run', requestParams: { path: runIdPath }, responses: { 200: answer('The run', contracts.RunView), ...refused('unknown_run', ...readingCodes) } },
  },
  '/v1/runs/{runId}/history': {
    get: {
      operationId: 'getRunHistory',
      summary: 'What happened to a run, oldest first',
      description: 'Entries of one transition share a seq and are never parted, so a page may be somewhat longer or shorter than asked for.',
      requestParams: { path: runIdPath, query: z.object(HistoryQuery) },
      responses: { 200: answer('A page of entries', contracts.RunHistory), ...refused('unknown_run', 'schema', ...readingCodes) },
    },
  },
  '/v1/runs/{runId}/events': {
    get: {
      operationId: 'watchRun',
      summary: 'Follow a run by server-sent events',
      description: 'Events: `run` (the run as it is), `entry` (one entry of the history), `end` (the run has ended). Last-Event-ID or `after` resumes.',
      requestParams: { path: runIdPath, query: z.object(EventsQuery), header: z.object({ 'Last-Event-ID': z.string().optional() }) },
      responses: { 200: { description: 'A stream of events', content: { 'text/event-stream': { schema: z.string() } } }, ...refused('unknown_run', 'not_acceptable', 'schema', 'too_many_requests', ...readingCodes) },
    },
  },
  '/v1/runs/{runId}/cancel': {
    post: {
      operationId: 'cancelRun',
      summary: 'Ask a run to stop',
      requestParams: { path: runIdPath },
      requestBody: { required: false, ...json(contracts.CancelRunRequest) },
      responses: { 202: answer('The wish is acknowledged', contracts.CancelRunResponse), ...refused(...bodyCodes, 'unknown_run', 'run_ended', 'unavailable') },
    },
  },
  '/v1/runs/{runId}/signals/{name}': {
    post: {
      operationId: 'signalRun',
      summary: 'Tell a run something',
      description: 'A state that waits for a signal of this name takes it (baton:waitForEvent); without one it is kept until a state asks for it.',
      requestParams: { path: signalPath, header: z.object({ 'Idempotency-Key': z.string().min(1).max(255).optional().meta({ description: 'The id of the signal: the same id is the same signal' }) }) },
      requestBody: { required: false, ...json(contracts.SignalRunRequest) },
      responses: { 202: answer('The signal is on the log', contracts.SignalRunResponse), ...refused(...bodyCodes, 'unknown_run', 'run_ended', 'too_many_signals', 'unavailable') },
    },
  },
  '/v1/runs/{runId}/compensation/retry': {
    post: {
      operationId: 'retryCompensation',
      summary: 'Have tried again what could not be undone',
      description: 'For a run that is parked since a compensation has failed: it is tried again, under the idempotency key that it had, and then the rest is undone.',
      requestParams: { path: runIdPath, header: compensationHeader },
      requestBody: { required: false, ...json(contracts.RetryCompensationRequest) },
      responses: { 202: answer('The wish is on the log', contracts.CompensationResponse), ...refused(...bodyCodes, 'unknown_run', 'run_ended', 'nothing_to_undo', 'unavailable') },
    },
  },
  '/v1/runs/{runId}/compensation/skip': {
    post: {
      operationId: 'skipCompensation',
      summary: 'Pass over what could not be undone',
      description: 'For a run that is parked since a compensation has failed: this one is left as it is, and the rest is undone.',
      requestParams: { path: runIdPath, header: compensationHeader },
      requestBody: { required: true, ...json(contracts.SkipCompensationRequest) },
      responses: { 202: answer('The wish is on the log', contracts.CompensationResponse), ...refused(...bodyCodes, 'unknown_run', 'run_ended', 'nothing_to_undo', 'unavailable') },
    },
  },
  '/v1/tasks': {
    get: {
      operationId: 'listTasks',
      summary: 'What people are asked at the moment, newest first',
      requestParams: { query: z.object(TaskListQuery) },
      responses: { 200: answer('A page of tasks', contracts.TaskList), ...refused('schema', ...readingCodes) },
    },
  },
  '/v1/tasks/{taskId}': {
    get: { operationId: 'getTask', summary: 'What a person is asked, or what became of it', requestParams: { path: taskPath }, responses: { 200: answer('The task', contracts.TaskView), ...refused('schema', 'unknown_task', 'task_closed', ...readingCodes) } },
  },
  '/v1/tasks/{taskId}/answer': {
    post: {
      operationId: 'answerTask',
      summary: 'Answer what a person is asked',
      description: 'The first answer that fits the form is the one that counts.',
      requestParams: { path: taskPath, header: z.object({ 'Idempotency-Key': z.string().min(1).max(255).optional().meta({ description: 'The id of the answer: the same id is the same answer' }) }) },
      requestBody: { required: true, ...json(contracts.AnswerTaskRequest) },
      responses: {
        200: answer('It was taken, or had been before', contracts.AnswerTaskResponse),
        202: answer('It is on the log; whether it was the first is not known yet', contracts.AnswerTaskResponse),
        ...refused(...bodyCodes, 'unknown_task', 'invalid_answer', 'task_answered', 'task_closed', ...readingCodes),
      },
    },
  },
  '/tasks/{taskId}': {
    get: { operationId: 'showTask', summary: 'A page for whoever holds the link of a task', requestParams: { path: taskPath, query: z.object(TaskPageQuery) }, responses: taskPages(200, 403, 404, 410, 422, 503) },
    post: {
      operationId: 'answerOnPage',
      summary: 'The form of that page',
      requestParams: { path: taskPath, query: z.object(TaskPageQuery) },
      requestBody: { required: true, content: { 'application/x-www-form-urlencoded': { schema: z.record(z.string(), z.string()) } } },
      responses: { 303: { description: 'It was taken; back to the page' }, ...taskPages(202, 403, 404, 408, 409, 410, 413, 415, 422, 503) },
    },
  },
  '/v1/workflows': { get: { operationId: 'listWorkflows', summary: 'The workflows that can be started', responses: { 200: answer('All of them', contracts.WorkflowList), ...refused('schema') } } },
  '/v1/workflows/{name}': {
    get: { operationId: 'getWorkflow', summary: 'One workflow: its versions, its aliases, what starts take', requestParams: { path: workflowPath }, responses: { 200: answer('The workflow', contracts.WorkflowView), ...refused('unknown_workflow', 'schema') } },
    put: {
      operationId: 'deployWorkflow',
      summary: 'Deploy a definition without a service',
      description: 'Checked as `baton validate` checks it, with all mistakes at once. New runs take it; runs that are there keep theirs. The same definition again changes nothing. Only where the gateway is set up for it.',
      requestParams: { path: workflowPath },
      requestBody: { required: true, ...json(contracts.DeployWorkflowRequest) },
      responses: {
        200: answer('It was the current one already', contracts.DeployWorkflowResponse),
        201: answer('Published', contracts.DeployWorkflowResponse),
        ...refused(...bodyCodes, 'deploy_not_allowed', 'workflow_taken', 'invalid_definition', 'breaking_input', 'unavailable'),
      },
    },
  },
  '/v1/workflows/{name}/aliases/{alias}': {
    post: {
      operationId: 'setAlias',
      summary: 'Say which version an alias stands for',
      description: 'Of two versions each takes its share of the starts by weight; the same run always the same one. `live` is what starts take that ask for no version; without it they take what was published last.',
      requestParams: { path: aliasPath },
      requestBody: { required: true, ...json(contracts.SetAliasRequest) },
      responses: { 200: answer('The workflow as it is now', contracts.WorkflowView), ...refused('deploy_not_allowed', ...bodyCodes, 'unknown_workflow', 'unknown_workflow_version', 'workflow_retired', 'breaking_input', 'unavailable') },
    },
  },
  '/v1/workflows/{name}/aliases/{alias}/remove': {
    post: { operationId: 'removeAlias', summary: 'Remove an alias', requestParams: { path: aliasPath }, responses: { 200: answer('The workflow as it is now', contracts.WorkflowView), ...refused('deploy_not_allowed', 'schema', 'unknown_workflow', 'unknown_workflow_version', 'unavailable') } },
  },
  '/v1/workflows/{name}/versions/{version}/retire': {
    post: {
      operationId: 'retireVersion',
      summary: 'Take no new starts on a version',
      description: 'What runs on it goes on.',
      requestParams: { path: versionPath },
      requestBody: { required: false, ...json(contracts.ChangeVersionRequest) },
      responses: { 200: answer('The workflow as it is now', contracts.WorkflowView), ...refused('deploy_not_allowed', ...bodyCodes, 'unknown_workflow', 'unknown_workflow_version', 'workflow_in_use', 'unavailable') },
    },
  },
  '/v1/workflows/{name}/versions/{version}/bring-back': {
    post: { operationId: 'bringBackVersion', summary: 'Take starts on a retired version again', requestParams: { path: versionPath }, responses: { 200: answer('The workflow as it is now', contracts.WorkflowView), ...refused('deploy_not_allowed', 'schema', 'unknown_workflow', 'unknown_workflow_version', 'unavailable') } },
  },
  '/v1/workflows/{name}/versions/{version}/delete': {
    post: {
      operationId: 'deleteVersion',
      summary: 'Delete a version that was retired an hour ago or earlier and that no run needs',
      requestParams: { path: versionPath },
      responses: { 200: answer('What is left of the workflow', contracts.WorkflowView), ...refused('deploy_not_allowed', 'schema', 'unknown_workflow', 'unknown_workflow_version', 'workflow_in_use', ...readingCodes) },
    },
  },
  '/v1/artifacts': {
    post: {
      operationId: 'uploadArtifact',
      summary: 'Upload a file',
      description: `The raw content, up to ${contracts.LIMITS.artifactBytes} bytes. The answer is the reference to pass as input.`,
      requestParams: { query: z.object(UploadQuery), header: z.object({ 'Content-Digest': z.string().optional().meta({ description: 'sha-256=:<base64>: refuses other content' }) }) },
      requestBody: { required: true, content: { '*/*': { schema: z.string().meta({ format: 'binary' }) } } },
      responses: { 201: { ...answer('Stored', contracts.ArtifactUploaded), headers: z.object({ Location: z.string() }) }, ...refused('payload_too_large', 'unsupported_media_type', 'hash_mismatch', 'request_timeout', 'schema') },
    },
  },
  '/v1/artifacts/{hash}': {
    get: {
      operationId: 'downloadArtifact',
      summary: 'Download a file, whole or one range',
      requestParams: { path: hashPath, query: z.object(DownloadQuery), header: z.object({ Range: z.string().optional() }) },
      responses: {
        200: { description: 'The content', content: { '*/*': { schema: z.string().meta({ format: 'binary' }) } } },
        206: { description: 'The range', content: { '*/*': { schema: z.string().meta({ format: 'binary' }) } } },
        304: { description: 'Not changed' },
        416: { description: 'There is no such range' },
        ...refused('unknown_artifact', 'schema'),
      },
    },
  },
  '/v1/dead-letters': {
    get: { operationId: 'listDeadLetters', summary: 'What could not be processed, newest first', requestParams: { query: z.object(DeadLetterQuery) }, responses: { 200: answer('A page of dead letters', contracts.DeadLetterList), ...refused('schema', 'unavailable') } },
  },
  '/v1/dead-letters/{id}': {
    get: { operationId: 'getDeadLetter', summary: 'One dead letter with its bytes', requestParams: { path: letterPath }, responses: { 200: answer('The dead letter', contracts.DeadLetterView), ...refused('unknown_dead_letter', 'unavailable') } },
  },
  '/v1/dead-letters/{id}/replay': {
    post: {
      operationId: 'replayDeadLetter',
      summary: 'Send a dead letter again',
      description: 'As it was, or with another value. A letter that has been replayed is not sent again.',
      requestParams: { path: letterPath },
      requestBody: { required: false, ...json(contracts.ReplayRequest) },
      responses: { 200: answer('Sent, or sent before', contracts.ReplayResponse), ...refused(...bodyCodes, 'unknown_dead_letter', 'not_replayable', 'unavailable') },
    },
  },
  '/livez': { get: { operationId: 'livez', summary: 'Whether the process answers', responses: { 200: answer('Alive', z.object({ status: z.literal('alive') })) } } },
  '/readyz': { get: { operationId: 'readyz', summary: 'Whether a start can be taken', responses: { 200: answer('Ready, or degraded', z.looseObject({ status: z.string() })), 503: answer('Not ready', z.looseObject({ status: z.string() })) } } },
  '/metrics': { get: { operationId: 'metrics', summary: 'Metrics in the Prometheus text format', responses: { 200: { description: 'Metrics', content: { 'text/plain': { schema: z.string() } } } } } },
};

const COMPONENTS = ['StartRunRequest', 'StartRunResponse', 'RunSummary', 'RunView', 'RunList', 'HistoryEntry', 'RunHistory', 'SignalRunRequest', 'SignalRunResponse', 'TaskSummary', 'TaskList', 'TaskView', 'AnswerTaskRequest', 'AnswerTaskResponse', 'CancelRunRequest', 'CancelRunResponse', 'RetryCompensationRequest', 'SkipCompensationRequest', 'CompensationResponse', 'ArtifactRef', 'DeadLetterList', 'DeadLetterView', 'ReplayRequest', 'ReplayResponse', 'WorkflowList', 'WorkflowView', 'SetAliasRequest', 'ChangeVersionRequest', 'DeployWorkflowRequest', 'DeployWorkflowResponse', 'Problem', 'RunError', 'StepView', 'DefinitionRef'] as const;

let made: ReturnType<typeof createDocument> | undefined;

export function openApiDocument(): ReturnType<typeof createDocument> {
  made ??= createDocument(
    {
      openapi: '3.1.0',
      info: {
        title: 'Baton',
        version: '1',
        description: 'Start durable workflows, follow them, read what happened. Errors are RFC 9457 problem documents; every `code` has a section in docs/reference/errors.md.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: 'http://127.0.0.1:7400', description: 'The default address' }],
      security: [],
      paths,
      components: { schemas: Object.fromEntries(COMPONENTS.map((name) => [name, contracts[name]])) },
    },
    { allowEmptySchema: { custom: true, unknown: true, any: true, transform: true, pipe: true } },
  );
  return made;
}
