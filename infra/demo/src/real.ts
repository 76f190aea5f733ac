/** The real thing: Kafka and Redis, and orchestrator, gateway and every step service as processes of their own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, SERVICE_NODE_OPTIONS, servers } from '@baton/local';
import { applyTopics, connectTopicAdmin } from '@baton/topics';

export interface RealSystem {
  readonly url: string;
  readonly logDir: string;
  stop(): Promise<void>;
}

export interface RealOptions {
  readonly out: string;
  readonly say: (line: string) => void;
  readonly showLogs: boolean;
}

const SERVICES = ['orchestrator', 'gateway', 'fund-factsheet-video', 'video-studio'] as const;
const PARTITIONS = 12;
const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 40_000;

export async function startReal({ out, say, showLogs }: RealOptions): Promise<RealSystem> {
  const local = await servers({ onProgress: say });
  const namespace = process.env['BATON_NAMESPACE'] ?? `demo-${randomBytes(3).toString('hex')}`;
  const admin = await connectTopicAdmin({ brokers: local.kafkaBrokers });
  const { left } = await applyTopics(admin, { namespace, partitions: PARTITIONS, replicationFactor: 1, services: ['fund-factsheet-video', 'video-studio'] });
  await admin.close();
  if (left.length > 0) throw new Error(`The topics of namespace ${namespace} are not as they must be:\n${left.map((one) => `  ${one.topic}: ${one.what} is ${one.found}, expected ${one.expected}`).join('\n')}`);

  const logDir = join(out, 'logs');
  mkdirSync(logDir, { recursive: true });
  const scratch = mkdtempSync(join(tmpdir(), 'baton-real-'));
  const env = {
    ...process.env,
    BATON_NAMESPACE: namespace,
    BATON_PARTITIONS: String(PARTITIONS),
    BATON_KAFKA_BROKERS: local.kafkaBrokers.join(','),
    BATON_REDIS_URL: local.redisUrl,
    BATON_BLOB_DIR: process.env['BATON_BLOB_DIR'] ?? join(scratch, 'artifacts'),
    BATON_TOKEN_SECRET: process.env['BATON_TOKEN_SECRET'] ?? randomBytes(48).toString('base64url'),
    BATON_LINK_SECRET: process.env['BATON_LINK_SECRET'] ?? randomBytes(48).toString('base64url'),
  };
  const running: { readonly name: string; readonly process: ChildProcess; readonly port: number }[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(running.map(({ process: child }) => ended(child)));
    await local.close();
  };
  try {
    for (const name of SERVICES) {
      const port = await freePort();
      const main = fileURLToPath(new URL(`../../../services/${name}/src/main.ts`, import.meta.url));
      const child = spawn(process.execPath, [...SERVICE_NODE_OPTIONS, '--import', '@baton/platform-kit/register', main], {
        env: { ...env, BATON_HTTP_PORT: String(port) },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const file = createWriteStream(join(logDir, `${name}.log`));
      for (const stream of [child.stdout, child.stderr]) {
        stream.pipe(file, { end: false });
        if (showLogs) stream.pipe(process.stderr, { end: false });
      }
      running.push({ name, process: child, port });
      say(`${name} starts as process ${child.pid}`);
    }
    await Promise.all(running.map(({ name, process: child, port }) => ready(name, child, port, logDir)));
  } catch (error) {
    await stop();
    throw error;
  }
  const gateway = running.find(({ name }) => name === 'gateway')!;
  return { url: `http://127.0.0.1:${gateway.port}`, logDir, stop };
}

async function ready(name: string, child: ChildProcess, port: number, logDir: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  let said = 'nothing yet';
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${name} ended with ${child.exitCode ?? child.signalCode} before it was ready; its log is ${join(logDir, `${name}.log`)}`);
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2_000) });
      if (answer.ok) return;
      said = await answer.text();
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${name} was not ready within ${READY_WITHIN_MS / 1_000} s; it says: ${said}. Its log is ${join(logDir, `${name}.log`)}`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await exit;
  clearTimeout(force);
}
