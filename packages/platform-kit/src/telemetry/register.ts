/**
 * The preload of every service: `node --import @baton/platform-kit/register src/main.ts`. It must run before express,
 * kafkajs and ioredis are loaded; startTelemetry then brings the instrumentations to life.
 */
import { register } from 'import-in-the-middle/register-hooks.mjs';
import { HOOKED_MODULES, prepareInstrumentations } from './instrumentations.ts';

if (process.env['OTEL_SDK_DISABLED'] !== 'true') {
  register({ include: HOOKED_MODULES });
  prepareInstrumentations();
}
