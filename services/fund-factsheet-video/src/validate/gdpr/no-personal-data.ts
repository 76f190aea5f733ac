import { EMAIL, PHONE } from '../../extract/fields/personal-data.ts';
import type { PersonalData } from '../../extracted.ts';
import { FIELD_LABELS, finding } from '../rule.ts';
import type { Rule } from '../rule.ts';

const PUBLISHED = ['fundName', 'shareClass', 'strategy', 'benchmark'] as const;
const WORDS: Readonly<Record<PersonalData['kind'], string>> = { 'person-name': 'the name of a person', email: 'an e-mail address', phone: 'a telephone number' };

/**
 * Source: Regulation (EU) 2016/679, Art. 4(1) (a name, an address, a number that identifies a person) and
 * Art. 5(1)(c), data minimisation: a film about a fund needs none of it, so none is published. The finding says where
 * it stands and does not repeat it.
 */
export const noPersonalData: Rule = {
  code: 'personal_data_published',
  check(extracted) {
    const seen = new Map<string, { kind: PersonalData['kind']; field: PersonalData['field']; page: number }>();
    for (const entry of extracted.personalData) seen.set(`${entry.kind}/${entry.field}`, entry);
    for (const field of PUBLISHED) {
      const found = extracted[field];
      if (found.value === null) continue;
      if (EMAIL.test(found.value)) seen.set(`email/${field}`, { kind: 'email', field, page: found.page });
      if (PHONE.test(found.value)) seen.set(`phone/${field}`, { kind: 'phone', field, page: found.page });
    }
    return [...seen.values()].map(({ kind, field, page }) => ({
      ...finding('error', 'personal_data_published', field, `The ${FIELD_LABELS[field]} contains ${WORDS[kind]}, which the film would publish.`, 'Send a document whose objective and names are free of personal data, or have the passage taken out.'), page,
    }));
  },
};
