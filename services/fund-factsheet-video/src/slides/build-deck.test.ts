import { expect, it } from '@jest/globals';
import { sampleExtracted } from '../../fixtures/sample-extracted.ts';
import { checkScript } from '../figures/check.ts';
import { writeScript } from '../script/write-script.ts';
import { buildDeck } from './build-deck.ts';

it.each([
  ['A (acc) EUR', 'Share class A (acc) EUR'],
  ['Class A (acc) EUR', 'Class A (acc) EUR'],
])('says the word class once for the share class %s', (shareClass, shown) => {
  const extracted = sampleExtracted({ shareClass: { page: 1, snippet: shareClass, box: [0, 0, 1, 1], confidence: 0.9, value: shareClass } });
  const [title] = buildDeck(checkScript(writeScript(extracted), extracted), extracted).slides;
  expect(title).toMatchObject({ kind: 'title', subheading: { text: shown } });
});
