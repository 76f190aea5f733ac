/**
 * Names of people, addresses and numbers inside the texts that would be published. Only the place is kept: the
 * data themselves are not carried any further (data minimisation, Art. 5(1)(c) GDPR).
 */
import type { Extracted, PersonalData, TextField } from '../../extracted.ts';
import type { DocumentText } from '../document-text.ts';
import { labelled } from './labelled.ts';

const MANAGERS = '(?:portfolio|fund|investment|lead|co-?|senior )*\\s?managers?(?:\\(s\\))?(?: name)?|managed by|fondsmanager(?:in)?|gérants?|gestor(?:e|es)?|beheerder|förvaltare|investment adviser|portfolio manager\\(s\\)';
const PERSON = /(?:(?:Mr|Mrs|Ms|Dr|Prof)\.?\s+)?(?<name>\p{Lu}[\p{L}'’-]{1,20}(?:\s+\p{Lu}\.)?(?:\s+(?:van|von|de|der|den|di|da|la|le))*\s+\p{Lu}[\p{L}'’-]{1,25})(?=$|[\s,;(*&/]|\sand\s)/gu;
const COMPANY = /\b(?:ltd|limited|llp|llc|inc|plc|gmbh|ag|kag|s\.?a\.?|sarl|management|capital|partners|advisors?|advisers?|investments?|securities|asset|bank|group|fund|trust|team|equity|global|company|since|launch|price|share|income|growth)\b/iu;

export const EMAIL = /[\p{L}\d._%+-]+@[\p{L}\d.-]+\.\p{L}{2,}/u;
export const PHONE = /(?<![\d.,%])(?:\+\d{1,3}[\s(.-]*|\(0?\d{2,5}\)\s?|0\d{2,4}[\s/-])(?:\d[\s().-]?){6,12}\d(?![\d%])/u;

export function personalDataOf(document: DocumentText, texts: Pick<Extracted, 'fundName' | 'shareClass' | 'strategy' | 'benchmark'>): PersonalData[] {
  const people = namesOf(document);
  return Object.entries(texts).flatMap(([key, value]: [string, TextField]) => {
    if (value.value === null) return [];
    const field = key as PersonalData['field'];
    const text = value.value;
    const found: PersonalData[] = [];
    if (EMAIL.test(text)) found.push({ kind: 'email', field, page: value.page });
    if (PHONE.test(text)) found.push({ kind: 'phone', field, page: value.page });
    // A fund may carry its founder's name in its own name: that is the product's name.
    if (field === 'strategy' && people.some((name) => text.includes(name))) found.push({ kind: 'person-name', field, page: value.page });
    return found;
  });
}

/**
 * A text without the sentences that hold personal data, where enough of it is left; unchanged otherwise, so that
 * validation refuses it.
 */
export function withoutPersonalSentences(document: DocumentText, field: TextField): TextField {
  if (field.value === null) return field;
  const people = namesOf(document);
  const sentences = field.value.split(/(?<=[.!?])\s+(?=\p{Lu})/u);
  const clean = sentences.filter((sentence) => !EMAIL.test(sentence) && !PHONE.test(sentence) && !people.some((name) => sentence.includes(name)));
  if (clean.length === sentences.length || clean.join(' ').length < 40) return field;
  const text = clean.join(' ');
  return { ...field, value: text, snippet: text };
}

function namesOf(document: DocumentText): string[] {
  const names = new Set<string>();
  for (const entry of labelled(document, MANAGERS)) {
    for (const match of entry.value.slice(0, 300).matchAll(PERSON)) {
      const name = match.groups?.['name'] ?? '';
      if (!COMPANY.test(name)) names.add(name);
    }
  }
  return [...names];
}
