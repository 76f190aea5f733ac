/** `npm run infra -- up|down|status`: what is read from the command line, and what is said. */
import { parseArgs } from 'node:util';
import type { Environment } from '../environment.ts';
import { LocalServerError } from '../errors.ts';
import { addressVariable } from '../requirements.ts';
import { down } from './down.ts';
import { status, type LauncherStatus, type ServerStatus } from './status.ts';
import { up } from './up.ts';

export const usage = `Kafka and Redis on this machine, without containers.

  npm run infra -- up       start both and leave them running (again: says where they are)
  npm run infra -- status   exit code 0 when both answer, 3 otherwise
  npm run infra -- down     stop both

  --kafka-port PORT   default: a free one
  --redis-port PORT   default: a free one
  --data DIR          keep topics and keys there (default: a temporary directory, gone after down)
  --json              for programs
`;

export interface CommandOutcome {
  readonly exitCode: number;
  readonly output: string;
}

export async function runCommand(args: readonly string[], env: Environment, onProgress: (line: string) => void): Promise<CommandOutcome> {
  const { command, options } = read(args);
  switch (command) {
    case 'up': {
      await up({ ...options, env, ...(options.json ? {} : { onProgress }) });
      const now = await status({ env });
      return { exitCode: 0, output: options.json ? json(now) : `${table(now)}\n${exports(now)}` };
    }
    case 'down': {
      const stopped = await down({ env });
      return { exitCode: 0, output: options.json ? json({ stopped }) : stopped.length === 0 ? 'Nothing was running.\n' : `Stopped: ${stopped.join(', ')}.\n` };
    }
    case 'status': {
      const now = await status({ env });
      const allAnswer = now.kafka.state === 'answers' && now.redis.state === 'answers';
      return { exitCode: allAnswer ? 0 : 3, output: options.json ? json(now) : table(now) };
    }
    case 'help':
      return { exitCode: 0, output: usage };
  }
}

interface Options {
  readonly kafkaPort?: number;
  readonly redisPort?: number;
  readonly dataDir?: string;
  readonly json: boolean;
}

function read(args: readonly string[]): { command: 'up' | 'down' | 'status' | 'help'; options: Options } {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'kafka-port': { type: 'string' },
        'redis-port': { type: 'string' },
        data: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new LocalServerError('bad_option', (error as Error).message, usage);
  }
  const { values, positionals } = parsed;
  const [command = 'help', ...more] = positionals;
  if (values.help || command === 'help') return { command: 'help', options: { json: false } };
  if ((command !== 'up' && command !== 'down' && command !== 'status') || more.length > 0) {
    throw new LocalServerError('bad_option', `"${positionals.join(' ')}" is no command.`, usage);
  }
  const kafkaPort = port(values['kafka-port'], '--kafka-port');
  const redisPort = port(values['redis-port'], '--redis-port');
  return {
    command,
    options: {
      json: values.json,
      ...(kafkaPort === undefined ? {} : { kafkaPort }),
      ...(redisPort === undefined ? {} : { redisPort }),
      ...(values.data === undefined ? {} : { dataDir: values.data }),
    },
  };
}

function port(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= 65_535) return value;
  throw new LocalServerError('bad_option', `${option}: "${text}" is not a port.`, 'Give a whole number from 1 to 65535.');
}

function table(now: LauncherStatus): string {
  const line = (name: string, server: ServerStatus): string =>
    server.state === 'stopped' ? `${name}  stopped\n` : `${name}  ${server.state === 'answers' ? 'runs    ' : 'is silent'}  ${server.address}  process ${server.pid}  log ${server.logFile}\n`;
  return line('Kafka', now.kafka) + line('Redis', now.redis);
}

function exports({ kafka, redis }: LauncherStatus): string {
  if (kafka.state === 'stopped' || redis.state === 'stopped') return '';
  return `export ${addressVariable.kafka}=${kafka.address}\nexport ${addressVariable.redis}=redis://${redis.address}\n`;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
