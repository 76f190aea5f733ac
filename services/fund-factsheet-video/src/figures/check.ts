/**
 * The check between what was read and what is published. Slides, notes, captions and narration are made only from what
 * has passed it.
 *
 * Invariants:
 * 1. Only this file marks a value as checked: the type has no other constructor, and the mark is also kept at run time,
 *    so that a cast does not get past it either.
 * 2. What was checked cannot change afterwards: it is a frozen copy.
 */
import type { Extracted } from '../extracted.ts';
import { Script } from '../script/script.ts';
import type { Deck } from '../slides/deck.ts';
import { deckFindings } from './deck-findings.ts';
import { BusinessValidationError, type Finding } from '@baton/step-sdk';
import { scriptFindings } from './script-findings.ts';

declare const checkedMark: unique symbol;
export type Checked<T> = T & { readonly [checkedMark]: true };
export type CheckedScript = Checked<Script>;
export type CheckedDeck = Checked<Deck>;

const passed = new WeakSet<object>();

/**
 * Compares every figure of a script, written and spoken, with the fields that each sentence names as its sources.
 *
 * @throws BusinessValidationError with one finding for each stray figure, missing warning or wrong source.
 */
export function checkScript(script: Script, extracted: Extracted): CheckedScript {
  const copy = Script.parse(structuredClone(script));
  return pass(copy, scriptFindings(copy, extracted));
}

/**
 * Compares every figure that the slides will show (headings, cards, chart labels, scale steps, footnotes, notes).
 *
 * @throws BusinessValidationError with one finding for each stray figure.
 */
export function checkDeck(deck: Deck, extracted: Extracted): CheckedDeck {
  const copy = structuredClone(deck);
  return pass(copy, deckFindings(copy, extracted));
}

/** @throws TypeError for a value that did not come from the check, whatever its type says. */
export function assertChecked(value: CheckedScript | CheckedDeck): void {
  if (!passed.has(value)) throw new TypeError('Expected a script or deck from checkScript or checkDeck, but this one was never checked');
}

function pass<T extends object>(value: T, findings: readonly Finding[]): Checked<T> {
  if (findings.length > 0) throw new BusinessValidationError(findings);
  deepFreeze(value);
  passed.add(value);
  return value as Checked<T>;
}

function deepFreeze(value: object): void {
  Object.freeze(value);
  for (const item of Object.values(value)) {
    if (item !== null && typeof item === 'object' && !Object.isFrozen(item)) deepFreeze(item);
  }
}
