/**
 * The environment as one compiled value, read once where a service starts. Unknown BATON_* variables, wrong values and
 * contradictions refuse to start, all of them named at once: a service that starts with half of what was meant is worse
 * than one that does not start.
 */
import { resolve } from 'node:path';
import type { LogLevel } from '../log/log-level.ts';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import { nearestName } from './nearest-name.ts';
import { PLATFORM_SETTINGS } from './platform-settings.ts';
import { Secret } from './secret.ts';
import type { Settings, SettingValues } from './setting.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface PlatformConfig {
  readonly namespace: string;
  /** Of inbox and history. */
  readonly partitions: number;
  readonly logLevel: LogLevel;
  readonly http: { readonly host: string; readonly port: number };
  readonly kafka?: {
    readonly brokers: readonly string[];
    readonly ssl: boolean;
    /** A member of a consumer group that is silent for so long has lost its partitions. */
    readonly sessionMs: number;
    readonly sasl?: { readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; readonly username: string; readonly password: Secret };
  };
  readonly redis?: { readonly url: Secret };
  /** Absolute path of the directory for artifacts. */
  readonly blobDir?: string;
  readonly tokenSecrets?: SigningSecrets;
  /** Of the links by which people answer. */
  readonly linkSecrets?: SigningSecrets;
}

export interface SigningSecrets {
  readonly current: Secret;
  /** The one before the last rotation. */
  readonly previous?: Secret;
}

const NEEDS = { kafka: 'BATON_KAFKA_BROKERS', redis: 'BATON_REDIS_URL', blobDir: 'BATON_BLOB_DIR', tokenSecrets: 'BATON_TOKEN_SECRET' } as const;
/** Parts of the platform's configuration that a service cannot do without. */
export type Need = keyof typeof NEEDS;

/** Read by other programs of the platform, so that one shell or one file can configure them all; a service is not told anything by them. */
const OF_OTHER_PROGRAMS: ReadonlySet<string> = new Set([
  'BATON_URL',
  'BATON_SERVICES',
  'BATON_REPLICATION_FACTOR',
  'BATON_DEFAULTS_FILE',
  'BATON_CACHED_RUNS',
  'BATON_TAKE_OVER_FROM_GROUP',
  'BATON_ALLOWED_HOSTS',
  'BATON_TAKE_DEFINITIONS',
  'BATON_BLOCKED_SECONDS',
  'BATON_STEP_CONCURRENCY',
  'BATON_STEP_GRACE_SECONDS',
  'BATON_SHARED_DIR',
]);
/** Set by test runs and read by test suites. */
const OF_TESTS = /^BATON_TEST_/;

/**
 * @param options `needs`: what must be set; `settings`: variables of the service's own; `httpPort`: where BATON_HTTP_PORT is not set, default 8080.
 * @throws ConfigError with every problem.
 */
export function readConfig<const N extends Need = never, S extends Settings = Record<never, never>>(
  env: Environment,
  options: { readonly needs?: readonly N[]; readonly settings?: S; readonly httpPort?: number } = {},
): PlatformConfig & Required<Pick<PlatformConfig, N>> & { readonly own: SettingValues<S> } {
  const problems: ConfigProblem[] = [];
  const own = (options.settings ?? {}) as S;
  unknownVariables(env, [...Object.keys(PLATFORM_SETTINGS), ...Object.keys(own)], problems);
  const values = readSettings(PLATFORM_SETTINGS, env, problems);
  const ownValues = readSettings(own, env, problems);
  for (const need of options.needs ?? []) {
    const variable = NEEDS[need];
    if (text(env, variable) === undefined) problems.push({ variable, message: 'is not set', fix: `${PLATFORM_SETTINGS[variable].fix}` });
  }
  contradictions(env, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  return { ...compile(values, options.httpPort ?? 8_080), own: ownValues } as ReturnType<typeof readConfig<N, S>>;
}

const text = (env: Environment, variable: string): string | undefined => (env[variable] === '' ? undefined : env[variable]);

function unknownVariables(env: Environment, known: readonly string[], problems: ConfigProblem[]): void {
  for (const variable of Object.keys(env)) {
    if (!variable.startsWith('BATON_') || OF_TESTS.test(variable) || OF_OTHER_PROGRAMS.has(variable) || known.includes(variable)) continue;
    const meant = nearestName(variable, known);
    problems.push({ variable, message: 'is not known here', fix: meant === undefined ? 'Remove it' : `Did you mean ${meant}?` });
  }
}

function readSettings<S extends Settings>(settings: S, env: Environment, problems: ConfigProblem[]): SettingValues<S> {
  const values: Record<string, unknown> = {};
  for (const [variable, { schema, fix, secret }] of Object.entries(settings)) {
    const given = text(env, variable);
    const read = schema.safeParse(given);
    if (read.success) values[variable] = read.data;
    else if (given === undefined) problems.push({ variable, message: 'is not set', fix });
    else problems.push({ variable, message: `${secret ? 'has an unfit value' : `is ${JSON.stringify(given)}`}: ${read.error.issues[0]?.message ?? 'expected another value'}`, fix });
  }
  return values as SettingValues<S>;
}

function contradictions(env: Environment, problems: ConfigProblem[]): void {
  const set = (variable: keyof typeof PLATFORM_SETTINGS): boolean => text(env, variable) !== undefined;
  const sasl = ['BATON_KAFKA_SASL_MECHANISM', 'BATON_KAFKA_SASL_USERNAME', 'BATON_KAFKA_SASL_PASSWORD'] as const;
  const present = sasl.filter(set);
  if (present.length > 0) {
    for (const variable of sasl) if (!set(variable)) problems.push({ variable, message: `is not set, but ${present[0]} is`, fix: PLATFORM_SETTINGS[variable].fix });
  }
  for (const current of ['BATON_TOKEN_SECRET', 'BATON_LINK_SECRET'] as const) {
    const previous = `${current}_PREVIOUS` as const;
    const fix = `Keep the new secret in ${current} and the one before in ${previous}`;
    if (!set(previous)) continue;
    if (!set(current)) problems.push({ variable: current, message: `is not set, but ${previous} is`, fix });
    else if (env[current] === env[previous]) problems.push({ variable: previous, message: `is the same as ${current}`, fix });
  }
  if (set('BATON_LINK_SECRET') && env['BATON_LINK_SECRET'] === env['BATON_TOKEN_SECRET']) problems.push({ variable: 'BATON_LINK_SECRET', message: 'is the same as BATON_TOKEN_SECRET', fix: 'Give each a secret of its own: a gateway that makes links must not be able to answer for a step' });
}

function compile(values: SettingValues<typeof PLATFORM_SETTINGS>, httpPort: number): PlatformConfig {
  const secret = (value: string): Secret => new Secret(value);
  const { BATON_KAFKA_BROKERS: brokers, BATON_REDIS_URL: redisUrl, BATON_BLOB_DIR: blobDir, BATON_TOKEN_SECRET: token, BATON_TOKEN_SECRET_PREVIOUS: tokenBefore, BATON_LINK_SECRET: link, BATON_LINK_SECRET_PREVIOUS: linkBefore } = values;
  const secrets = (current: string, previous: string | undefined): SigningSecrets => ({ current: secret(current), ...(previous !== undefined && { previous: secret(previous) }) });
  const { BATON_KAFKA_SASL_MECHANISM: mechanism, BATON_KAFKA_SASL_USERNAME: username, BATON_KAFKA_SASL_PASSWORD: password } = values;
  const sasl = mechanism !== undefined && username !== undefined && password !== undefined ? { mechanism, username, password: secret(password) } : undefined;
  return {
    namespace: values.BATON_NAMESPACE,
    partitions: values.BATON_PARTITIONS,
    logLevel: values.BATON_LOG_LEVEL,
    http: { host: values.BATON_HTTP_HOST, port: values.BATON_HTTP_PORT ?? httpPort },
    ...(brokers !== undefined && { kafka: { brokers, ssl: values.BATON_KAFKA_SSL, sessionMs: values.BATON_KAFKA_SESSION_SECONDS * 1_000, ...(sasl !== undefined && { sasl }) } }),
    ...(redisUrl !== undefined && { redis: { url: secret(redisUrl) } }),
    ...(blobDir !== undefined && { blobDir: resolve(blobDir) }),
    ...(token !== undefined && { tokenSecrets: secrets(token, tokenBefore) }),
    ...(link !== undefined && { linkSecrets: secrets(link, linkBefore) }),
  };
}
