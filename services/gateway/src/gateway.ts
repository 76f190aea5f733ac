/**
 * The door: HTTP in front, request events beside it, the view of the dead letters behind. Holds no truth: any number of
 * these run side by side, and a restart loses nothing that was acknowledged.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { topicNames } from '@baton/contracts';
import { definitionSchema } from '@baton/workflow';
import express, { type Express } from 'express';
import helmet from 'helmet';
import { gatewayConfig, type GatewayOptions } from './config.ts';
import { KnownDefinitions } from './definitions.ts';
import { DeadLetterProjection } from './dead-letters/projection.ts';
import type { Door } from './door.ts';
import { problems } from './http/problem.ts';
import { requestId } from './http/request-id.ts';
import { route } from './http/route.ts';
import { sameSite } from './http/same-site.ts';
import { RequestIntake } from './intake/request-intake.ts';
import { openApiDocument } from './openapi/document.ts';
import { SILENT, SYSTEM_CLOCK, type GatewayPorts } from './ports.ts';
import { Refusal } from './refusal.ts';
import { downloadArtifact, uploadArtifact } from './routes/artifacts.ts';
import { cancelRun } from './routes/cancel-run.ts';
import { getDeadLetter, listDeadLetters, replayDeadLetter } from './routes/dead-letters.ts';
import { livez, metrics, readyz } from './routes/health.ts';
import { home } from './routes/home.ts';
import { getHistory, getRun, listRuns } from './routes/read-runs.ts';
import { runEvents } from './routes/run-events.ts';
import { signalRun } from './routes/signal-run.ts';
import { answerOnPage, showTask } from './routes/task-page.ts';
import { answerTask, getTask, listTasks } from './routes/tasks.ts';
import { startRun } from './routes/start-run.ts';
import { retryCompensation, skipCompensation } from './routes/undo-run.ts';
import { getWorkflow, postAlias, postBringBack, postDelete, postRemoveAlias, postRetire } from './routes/workflow-versions.ts';
import { deployWorkflow } from './routes/deploy-workflow.ts';
import { listWorkflows } from './routes/workflows.ts';
import { InputCheck } from './starts/input-check.ts';
import { RecentStarts } from './starts/recent-starts.ts';
import { Starts } from './starts/starts.ts';
import { Reads } from './views/reads.ts';
import { RunWatches } from './watch/run-watches.ts';

export interface Gateway {
  readonly app: Express;
  /** Follows its topics, then listens. Resolves when a start can be taken. */
  start(): Promise<{ readonly url: string; readonly port: number }>;
  /** From now on /readyz says no; what comes is still answered. */
  drain(): void;
  /** Stops listening, lets requests in hand end within `graceMs` (default 5 s), stops following. */
  stop(options?: { readonly graceMs?: number }): Promise<void>;
  /** Resolves when a consumer has died for good: the process should end. */
  readonly crashed: Promise<Error>;
}

/** A whole upload may take so long; a JSON body has its own, shorter deadline. */
const REQUEST_TIMEOUT_MS = 900_000;
const HEADERS_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 65_000;

export function createGateway(ports: GatewayPorts, options: GatewayOptions = {}): Gateway {
  const config = gatewayConfig(options);
  const clock = ports.clock ?? SYSTEM_CLOCK;
  const log = ports.log ?? SILENT;
  const definitions = new KnownDefinitions(ports.definitions, clock, log);
  const starts = new Starts({ inbox: ports.inbox, views: ports.views, clock, log }, config, new InputCheck());
  const reads = new Reads(ports.views, clock, config.viewDeadlineMs);
  const door: Door = {
    ports,
    config,
    clock,
    log,
    definitions,
    starts,
    recentStarts: new RecentStarts(clock),
    reads,
    watches: new RunWatches(reads, clock, config.watch),
    jsonLimits: { maxBytes: config.maxBodyBytes, deadlineMs: config.bodyDeadlineMs, clock },
    currentTrace: () => ports.currentTrace?.(),
  };
  const intake = new RequestIntake({ requests: ports.requests, bus: ports.bus, deadLetters: ports.deadLetters, clock, log }, definitions, starts, config);
  const projection = new DeadLetterProjection(ports.deadLetters, ports.deadLetterIndex, clock, log, { topic: topicNames(config.namespace).deadLetters, viewDeadlineMs: config.viewDeadlineMs, checkMs: config.projectionCheckMs });
  const { promise: crashed, resolve: crash } = Promise.withResolvers<Error>();
  let refusing: string | undefined = 'starting';
  const app = createApp(door, () => refusing);
  let server: Server | undefined;

  return {
    app,
    crashed,
    async start() {
      await definitions.start();
      await intake.start((error) => {
        refusing = `the request intake has stopped: ${error.message}`;
        log.error({ err: error }, 'the request intake has stopped for good');
        crash(error);
      });
      projection.start();
      server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS, connectionsCheckingInterval: 5_000 }, app);
      await listen(server, config);
      const { port } = server.address() as AddressInfo;
      refusing = undefined;
      const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
      log.info({ url, namespace: config.namespace }, 'gateway listening');
      return { url, port };
    },
    drain() {
      refusing = 'stopping';
    },
    async stop({ graceMs = 5_000 } = {}) {
      refusing = 'stopping';
      await Promise.all([server === undefined ? undefined : closed(server, door, graceMs), intake.stop()]);
      await Promise.all([projection.stop(), definitions.stop()]);
    },
  };
}

function createApp(door: Door, refusing: () => string | undefined): Express {
  const app = express();
  app.disable('x-powered-by');
  // Weak etags of JSON would hash every answer for nobody.
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('case sensitive routing', true);
  app.use(requestId);
  app.use(helmet({ contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], sandbox: [] } }, strictTransportSecurity: false, crossOriginResourcePolicy: { policy: 'same-origin' } }));
  app.use(sameSite(door.config));
  route(app, '/', { get: home(door) });
  route(app, '/v1/runs', { get: listRuns(door), post: startRun(door) });
  route(app, '/v1/runs/:runId', { get: getRun(door) });
  route(app, '/v1/runs/:runId/history', { get: getHistory(door) });
  route(app, '/v1/runs/:runId/events', { get: runEvents(door) });
  route(app, '/v1/runs/:runId/cancel', { post: cancelRun(door) });
  route(app, '/v1/runs/:runId/compensation/retry', { post: retryCompensation(door) });
  route(app, '/v1/runs/:runId/compensation/skip', { post: skipCompensation(door) });
  route(app, '/v1/runs/:runId/signals/:name', { post: signalRun(door) });
  route(app, '/v1/tasks', { get: listTasks(door) });
  route(app, '/v1/tasks/:taskId', { get: getTask(door) });
  route(app, '/v1/tasks/:taskId/answer', { post: answerTask(door) });
  route(app, '/tasks/:taskId', { get: showTask(door), post: answerOnPage(door) });
  route(app, '/v1/workflows', { get: listWorkflows(door) });
  route(app, '/v1/workflows/:name', { get: getWorkflow(door), put: deployWorkflow(door) });
  route(app, '/v1/workflows/:name/aliases/:alias', { post: postAlias(door) });
  route(app, '/v1/workflows/:name/aliases/:alias/remove', { post: postRemoveAlias(door) });
  route(app, '/v1/workflows/:name/versions/:version/retire', { post: postRetire(door) });
  route(app, '/v1/workflows/:name/versions/:version/bring-back', { post: postBringBack(door) });
  route(app, '/v1/workflows/:name/versions/:version/delete', { post: postDelete(door) });
  route(app, '/v1/artifacts', { post: uploadArtifact(door) });
  route(app, '/v1/artifacts/:hash', { get: downloadArtifact(door) });
  route(app, '/v1/dead-letters', { get: listDeadLetters(door) });
  route(app, '/v1/dead-letters/:id', { get: getDeadLetter(door) });
  route(app, '/v1/dead-letters/:id/replay', { post: replayDeadLetter(door) });
  route(app, '/livez', { get: livez });
  route(app, '/readyz', { get: readyz(door, { refusing }) });
  route(app, '/metrics', { get: metrics(door) });
  route(app, '/openapi.json', { get: (_request, response) => void response.json(openApiDocument()) });
  route(app, '/definition.schema.json', { get: (_request, response) => void response.json(definitionSchema()) });
  app.use((request) => {
    throw new Refusal('not_found', `There is nothing at ${request.path.slice(0, 200)}; GET / shows what there is`);
  });
  app.use(problems(door.log));
  return app;
}

function listen(server: Server, { host, port }: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Streams never end by themselves, so watchers are told to come again elsewhere. */
function closed(server: Server, door: Door, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cancel = door.clock.after(graceMs, () => server.closeAllConnections());
    server.close(() => {
      cancel();
      resolve();
    });
    server.closeIdleConnections();
    door.watches.close();
  });
}
