/** A definition that AWS accepts, or refuses. */
import { bound } from '../bindings.ts';
import { failed, passed, unsupported, type Verdict } from '../case.ts';
import { jsonText } from '../match.ts';
import { check, featureOf, isOnlyUnsupported } from '../refusal.ts';
import type { RecordedCase } from './recorded.ts';

/** What a rule is about that Baton does not have: one kind of run may do all, and steps run with the rights of their services. */
const FOREIGN: readonly (readonly [string, string])[] = [
  ['Express state machine', 'the type EXPRESS of a state machine'],
  ['/Credentials', 'roles of AWS'],
];

export function runValidation({ definition: written, expected }: RecordedCase): Verdict {
  // A definition that was no JSON is kept as the text that it was.
  const definition = typeof written === 'string' ? (jsonText(written) ?? written) : written;
  const accepted = expected['accepted'] === true || expected['result'] === 'OK';
  const foreign = FOREIGN.find(([words]) => JSON.stringify(expected).includes(words));
  if (!accepted && foreign !== undefined) return unsupported(foreign[1]);
  const here = bound(definition);
  const checked = check(here);
  if ('refused' in checked) return accepted || isOnlyUnsupported(checked.refused) ? unsupported(featureOf(checked.refused, here)) : passed([featureOf(checked.refused, here)]);
  return accepted ? passed() : failed(`accepted what AWS refuses: ${String(expected['message'] ?? JSON.stringify(expected['diagnostics'])).slice(0, 300)}`);
}
