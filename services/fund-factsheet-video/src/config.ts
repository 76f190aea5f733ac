/**
 * The service's own settings, read once from the environment.
 *
 * | Variable | Meaning | Default |
 * |---|---|---|
 * | FACTSHEET_EXTRACTOR | `rules` or `model` | `rules` |
 * | FACTSHEET_MODEL_URL | base address of an OpenAI-compatible endpoint, such as `https://host/v1` | needed for `model` |
 * | FACTSHEET_MODEL | the model's name there | needed for `model` |
 * | FACTSHEET_MODEL_KEY | the key, sent as a bearer token | none |
 * | FACTSHEET_MODEL_TIMEOUT_MS | longest wait for an answer | 60000 |
 */
import { z } from 'zod';
import type { Extractor } from './extract/extractor.ts';
import { modelExtractor } from './extract/model/model-extractor.ts';
import { rulesExtractor } from './extract/rules-extractor.ts';

const Settings = z.object({
  FACTSHEET_EXTRACTOR: z.enum(['rules', 'model']).default('rules'),
  FACTSHEET_MODEL_URL: z.url({ protocol: /^https?$/, error: 'Expected an address such as https://host/v1' }).optional(),
  FACTSHEET_MODEL: z.string().min(1).optional(),
  FACTSHEET_MODEL_KEY: z.string().min(1).optional(),
  FACTSHEET_MODEL_TIMEOUT_MS: z.coerce.number().int().min(1_000).max(280_000).default(60_000),
});

/** @throws Error listing everything wrong at once, unknown FACTSHEET_… names included. */
export function chooseExtractor(environment: Readonly<Record<string, string | undefined>>): Extractor {
  const given = Object.fromEntries(Object.entries(environment).filter(([name, value]) => name.startsWith('FACTSHEET_') && value !== ''));
  const problems = Object.keys(given).filter((name) => !(name in Settings.shape)).map((name) => `${name}: there is no such setting`);
  const parsed = Settings.safeParse(given);
  if (!parsed.success) problems.push(...parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  const settings = parsed.data;
  if (settings?.FACTSHEET_EXTRACTOR === 'model') {
    if (settings.FACTSHEET_MODEL_URL === undefined) problems.push('FACTSHEET_MODEL_URL: is not set; the extractor "model" needs the address of an OpenAI-compatible endpoint');
    if (settings.FACTSHEET_MODEL === undefined) problems.push('FACTSHEET_MODEL: is not set; the extractor "model" needs the name of a model');
  }
  if (settings === undefined || problems.length > 0) throw new Error(`The settings of the factsheet service are not valid:\n  ${problems.join('\n  ')}`);
  if (settings.FACTSHEET_EXTRACTOR === 'rules' || settings.FACTSHEET_MODEL_URL === undefined || settings.FACTSHEET_MODEL === undefined) return rulesExtractor;
  return modelExtractor({
    url: settings.FACTSHEET_MODEL_URL, model: settings.FACTSHEET_MODEL, timeoutMs: settings.FACTSHEET_MODEL_TIMEOUT_MS,
    ...(settings.FACTSHEET_MODEL_KEY === undefined ? {} : { apiKey: settings.FACTSHEET_MODEL_KEY }),
  });
}
