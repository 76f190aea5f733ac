import { parseArgs } from 'node:util';

export interface DemoArguments {
  readonly file: string | undefined;
  readonly out: string;
  readonly real: boolean;
  readonly help: boolean;
  readonly logs: boolean;
}

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = `npm run demo [-- options]

A fund factsheet becomes a narrated film.

  --file FILE   the factsheet, a PDF; default: a sample of an invented fund, made on the spot
  --out DIR     where the results go; default: out/demo
  --real        on real Kafka, Redis and BullMQ, every service a process of its own: at
                BATON_KAFKA_BROKERS and BATON_REDIS_URL where given, otherwise servers
                are started on this machine (needs java, mvn and redis-server)
  --logs        show the services' logs instead of the progress

Exit codes: 0 a film, 2 the document was refused or the call is wrong, 1 trouble of ours.`;

/** @throws UsageError */
export function readArguments(args: readonly string[]): DemoArguments {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { file: { type: 'string' }, out: { type: 'string', default: 'out/demo' }, real: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false }, logs: { type: 'boolean', default: false } },
    });
    return { file: values.file, out: values.out, real: values.real, help: values.help, logs: values.logs };
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${USAGE}`);
  }
}
