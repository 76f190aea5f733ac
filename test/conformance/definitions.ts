/** The suites of two validators: definitions, each with whether it is one. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '@baton/contracts';
import { bound } from './bindings.ts';
import { failed, passed, unsupported, type ConformanceCase, type ConformanceSet, type Verdict } from './case.ts';
import { check, featureOf, isOnlyUnsupported } from './refusal.ts';

export const statelint: ConformanceSet = {
  name: 'statelint',
  says: 'definitions of the linter by the authors of the language',
  floor: 66,
  read: (directory) => casesOf(join(directory, 'statelint')),
};

export const aslValidator: ConformanceSet = {
  name: 'asl-validator',
  says: 'definitions of an independent validator',
  floor: 106,
  read: (directory) => casesOf(join(directory, 'asl-validator')),
};

interface Listed {
  readonly file: string;
  readonly valid: boolean;
  readonly title?: string;
  readonly messages?: readonly string[];
}

function casesOf(folder: string): ConformanceCase[] | undefined {
  if (!existsSync(join(folder, 'cases.json'))) return undefined;
  const listed = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as readonly Listed[] | { readonly cases: readonly Listed[] };
  return ('cases' in listed ? listed.cases : listed).map((entry) => ({
    id: entry.file,
    features: [entry.valid ? 'valid' : 'invalid'],
    run: () => judge(entry, JSON.parse(readFileSync(join(folder, 'definitions', entry.file), 'utf8')) as Json),
  }));
}

function judge({ valid, title, messages }: Listed, definition: Json): Verdict {
  const here = bound(definition);
  const checked = check(here);
  if ('refused' in checked) {
    const feature = featureOf(checked.refused, here);
    if (isOnlyUnsupported(checked.refused)) return unsupported(feature);
    return valid ? failed(`refused a valid definition: ${feature}`) : passed([`refused for ${feature}${messages === undefined ? '' : ` where the suite says ${JSON.stringify(messages)}`}`]);
  }
  return valid ? passed() : failed(`accepted an invalid definition${title === undefined ? '' : ` (${title})`}${messages === undefined || messages.length === 0 ? '' : `: ${messages.join('; ')}`}`);
}
