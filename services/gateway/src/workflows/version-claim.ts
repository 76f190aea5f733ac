/**
 * The number of a new version. Several doors may count up from the same one at the same moment, so a definition is written before anything
 * points at it: whose record is the first of its number on the topic has the number, and the others take theirs back and count on.
 * All doors read the topic in one order, so they agree. Within one door deploys of a name wait for each other.
 */
import { definitionKeys, type DefinitionRef } from '@baton/contracts';
import type { Workflow } from '@baton/workflow';
import type { Door } from '../door.ts';
import { written } from './versions.ts';

/** Whether a definition that is known has its number, and is no other door's that is about to count on. */
export const hasItsNumber = (def: DefinitionRef, { definitions: { catalogue } }: Door): boolean => catalogue.firstOf(def)?.def.hash === def.hash || catalogue.publishedLast(def.name)?.hash === def.hash;

/** @param workflow not known yet, so that what is taken back is nobody's. @returns whether it has its number; where not, it is taken back. @throws Refusal `unavailable`. */
export async function claimVersion({ def, toRecords }: Workflow, door: Door, publisher: string): Promise<boolean> {
  const { catalogue } = door.definitions;
  const [definition] = toRecords(publisher);
  await written(door, door.ports.definitions.publish([definition!]), () => catalogue.byHash(def.hash) !== undefined);
  if (hasItsNumber(def, door)) return true;
  const first = catalogue.firstOf(def);
  await written(door, door.ports.definitions.takeBack([definitionKeys.definition(def)]), () => catalogue.byHash(def.hash) === undefined);
  door.log.info({ workflow: def.name, version: def.ver, hash: def.hash, by: first?.def.hash }, 'version taken by another deploy');
  return false;
}

/** One after the other for each name. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  async take<T>(name: string, turn: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name);
    const mine = (before ?? Promise.resolve()).then(turn);
    // Whether it succeeded is the business of who asked for it.
    const over = mine.then(
      () => undefined,
      () => undefined,
    );
    this.#last.set(name, over);
    try {
      return await mine;
    } finally {
      if (this.#last.get(name) === over) this.#last.delete(name);
    }
  }
}
