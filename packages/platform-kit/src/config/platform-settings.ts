/** What every service of the platform may be told by its environment. All are known everywhere, so that one file can configure them all. */
import { Namespace, DEFAULT_PARTITIONS } from '@baton/contracts';
import { z } from 'zod';
import { LOG_LEVELS } from '../log/log-level.ts';
import { commaList, flag, setting, wholeNumber } from './setting.ts';

const MIN_SECRET_LENGTH = 32;
const signingSecret = z.string().min(MIN_SECRET_LENGTH, `expected at least ${MIN_SECRET_LENGTH} characters`);
const SECRET_FIX = `Set it to a random text of at least ${MIN_SECRET_LENGTH} characters, such as the output of: openssl rand -base64 48`;

export const PLATFORM_SETTINGS = {
  BATON_NAMESPACE: setting(Namespace.default('default'), { fix: 'Set it to 1 to 32 lower-case letters, digits or hyphens' }),
  BATON_PARTITIONS: setting(wholeNumber({ min: 1, max: 1_000 }).default(DEFAULT_PARTITIONS), { fix: 'Set it to the number of partitions that inbox and history were created with' }),
  BATON_KAFKA_BROKERS: setting(commaList(z.string().regex(/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+):\d{1,5}$/, 'expected host:port')).optional(), { fix: 'Set it to host:port, several separated by commas' }),
  BATON_KAFKA_SSL: setting(flag().default(false), { fix: 'Set it to true where the brokers speak TLS' }),
  BATON_KAFKA_SASL_MECHANISM: setting(z.enum(['plain', 'scram-sha-256', 'scram-sha-512'], 'expected a mechanism').optional(), { fix: 'Set it to plain, scram-sha-256 or scram-sha-512' }),
  BATON_KAFKA_SASL_USERNAME: setting(z.string().optional(), { fix: 'Set it to the name of the Kafka user' }),
  BATON_KAFKA_SASL_PASSWORD: setting(z.string().optional(), { fix: 'Set it to the password of the Kafka user', secret: true }),
  BATON_KAFKA_SESSION_SECONDS: setting(wholeNumber({ min: 3, max: 1_800 }).default(30), { fix: 'Set it to the seconds after which a silent process loses its partitions, between group.min.session.timeout.ms and group.max.session.timeout.ms of the brokers' }),
  BATON_REDIS_URL: setting(z.string().regex(/^rediss?:\/\/\S+$/, 'expected a URL that begins with redis:// or rediss://').optional(), { fix: 'Set it to redis://[user:password@]host:port[/database], rediss:// for TLS', secret: true }),
  BATON_BLOB_DIR: setting(z.string().optional(), { fix: 'Set it to a directory that all services of the namespace can read and write' }),
  BATON_TOKEN_SECRET: setting(signingSecret.optional(), { fix: SECRET_FIX, secret: true }),
  BATON_TOKEN_SECRET_PREVIOUS: setting(signingSecret.optional(), { fix: 'Set it to the secret that was current before, or remove it', secret: true }),
  BATON_LINK_SECRET: setting(signingSecret.optional(), { fix: SECRET_FIX, secret: true }),
  BATON_LINK_SECRET_PREVIOUS: setting(signingSecret.optional(), { fix: 'Set it to the secret that was current before, or remove it', secret: true }),
  BATON_LOG_LEVEL: setting(z.enum(LOG_LEVELS, 'expected a level').default('info'), { fix: `Set it to one of ${LOG_LEVELS.join(', ')}` }),
  BATON_HTTP_HOST: setting(z.string().default('127.0.0.1'), { fix: 'Set it to the address to listen on, 0.0.0.0 for all of them' }),
  BATON_HTTP_PORT: setting(wholeNumber({ min: 0, max: 65_535 }).optional(), { fix: 'Set it to the port to listen on, 0 for any free one' }),
};
