/**
 * The whole system in one process: orchestrator, gateway and step services on the embedded adapters. What a developer runs
 * locally and what the demo shows; nothing but the adapters differs from the real one.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openMemory, type Memory } from '@baton/adapter-memory';
import { createGateway } from '@baton/gateway';
import { createOrchestrator, readDefaultsFile } from '@baton/orchestrator';
import { currentTrace, hmacTaskTokens, openDiskBlobStore, Secret, startTelemetry, type Log } from '@baton/platform-kit';
import type { BlobStore } from '@baton/ports';
import { serve, type ServiceHandle } from '@baton/step-sdk';
import { embeddedServices } from './services.ts';

export interface EmbeddedOptions {
  readonly log: Log;
  /** Default 7400; 0 takes a free one. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Where runs, topics and artifacts are kept; absent: nowhere. */
  readonly directory?: string;
  readonly namespace?: string;
}

export interface Embedded {
  /** Of the gateway. */
  readonly url: string;
  /** Ends everything in order: what is in hand is finished or handed back. */
  stop(): Promise<void>;
}

/** Few partitions: one process works through all of them, and each costs a little memory. */
const PARTITIONS = 4;
const DEFAULTS_FILE = fileURLToPath(new URL('../../../services/orchestrator/platform-defaults.json', import.meta.url));

/** @throws OperatingError where the directory is in use; an error with the code EADDRINUSE where the port is taken. */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { log, directory } = options;
  const namespace = options.namespace ?? 'default';
  if (directory !== undefined) mkdirSync(directory, { recursive: true });
  const telemetry = await startTelemetry({ service: 'baton', namespace, log });
  const memory = await openMemory({ namespace, partitions: PARTITIONS, durability: 'process', ...(directory !== undefined && { directory: join(directory, 'log') }) });
  const blobDir = directory === undefined ? join(tmpdir(), `baton-${process.pid}-artifacts`) : join(directory, 'artifacts');
  const blobs = await openDiskBlobStore({ directory: blobDir });
  const tokens = hmacTaskTokens({ namespace, current: new Secret(tokenSecret(directory)) });
  const orchestrator = createOrchestrator(
    {
      history: memory.history,
      inbox: memory.inboxSource,
      sender: memory.inboxSender,
      index: memory.stateIndex,
      bus: memory.commandBus,
      deadLetters: memory.deadLetters,
      definitions: memory.definitions,
      wakeUps: memory.wakeUps,
      clock: memory.clock,
      tokens,
      blobs,
    },
    { namespace, log: log.child({ part: 'orchestrator' }), policy: readDefaultsFile(DEFAULTS_FILE) },
  );
  const services = await startServices(memory, { directory: blobDir, blobs }, log);
  const gateway = createGateway(
    {
      views: memory.runViews,
      inbox: memory.inboxSender,
      definitions: memory.definitions,
      requests: memory.requestSource,
      bus: memory.commandBus,
      deadLetters: memory.deadLetters,
      deadLetterIndex: memory.deadLetterIndex,
      blobs,
      links: tokens,
      clock: memory.clock,
      log: log.child({ part: 'gateway' }),
      currentTrace,
      metrics: async () => ({ contentType: 'text/plain; version=0.0.4; charset=utf-8', body: await telemetry.metricsText() }),
    },
    { namespace, takesDefinitions: true, ...(options.port !== undefined && { port: options.port }), ...(options.host !== undefined && { host: options.host }) },
  );
  const stop = async (): Promise<void> => {
    gateway.drain();
    await gateway.stop();
    await Promise.all(services.map((service) => service.stop()));
    await orchestrator.stop();
    await memory.close();
    await telemetry.stop();
  };
  try {
    await orchestrator.start();
    return { url: (await gateway.start()).url, stop };
  } catch (error) {
    // What runs already would keep the process alive, and the directory in use.
    await stop();
    throw error;
  }
}

async function startServices(memory: Memory, { directory, blobs }: { readonly directory: string; readonly blobs: BlobStore }, log: Log): Promise<readonly ServiceHandle[]> {
  const definitions = await embeddedServices(directory, blobs);
  return Promise.all(
    definitions.map(({ service, steps, workflows, concurrency }) => {
      const connection = memory.connect();
      return serve({
        service,
        steps,
        workflows,
        concurrency,
        log: log.child({ part: service }),
        transport: { commands: connection.commandSource, inbox: connection.inboxSender, deadLetters: connection.deadLetters, definitions: connection.definitions, blobs },
      });
    }),
  );
}

/** Attempts that were open when the process ended must be answerable after it starts again, so the secret is kept with them. */
function tokenSecret(directory: string | undefined): string {
  if (directory === undefined) return randomBytes(48).toString('base64url');
  const file = join(directory, 'token-secret');
  if (!existsSync(file)) writeFileSync(file, randomBytes(48).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}
