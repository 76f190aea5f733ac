import type { Environment } from '../environment.ts';
import { localHost } from '../free-port.ts';
import { brokerAnswers } from '../kafka/metadata-request.ts';
import { redisAnswers } from '../redis/ping.ts';
import { readState, type RunningServer } from './state.ts';

export type ServerStatus = { readonly state: 'stopped' } | (RunningServer & { readonly state: 'answers' | 'silent'; readonly address: string });

export interface LauncherStatus {
  readonly kafka: ServerStatus;
  readonly redis: ServerStatus;
}

/** Asks each server that lives whether it answers. */
export async function status(options: { env: Environment }): Promise<LauncherStatus> {
  const { kafka, redis } = readState(options.env);
  const [kafkaStatus, redisStatus] = await Promise.all([statusOf(kafka, brokerAnswers), statusOf(redis, redisAnswers)]);
  return { kafka: kafkaStatus, redis: redisStatus };
}

async function statusOf(server: RunningServer | undefined, answers: (host: string, port: number) => Promise<boolean>): Promise<ServerStatus> {
  if (server === undefined) return { state: 'stopped' };
  return { state: (await answers(localHost, server.port)) ? 'answers' : 'silent', address: `${localHost}:${server.port}`, ...server };
}
