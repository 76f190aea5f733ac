/** Every definition known to a process, by hash, by version and by alias. Fed from the definitions topic; asked by the door and by the lanes. */
import { ContractError, hash128, LIVE, readDefinitionRecord, type AliasRoute, type DefinitionAlias, type DefinitionRecord, type DefinitionRef, type VersionOrAlias } from '@baton/contracts';
import { DefinitionError } from './problem.ts';
import { readDefinition, type Workflow } from './workflow.ts';

export interface Refused {
  readonly offset: number;
  readonly code: 'schema' | 'invalid_json' | 'unknown_version' | 'forbidden_key' | 'payload_too_large';
  readonly detail: string;
}

export type Published = Workflow & { readonly publishedBy: string };

/** Which share of the starts a run belongs to, from 0 to below 1: the same wherever it is started from. */
export const shareOf = (runId: string): number => Number.parseInt(hash128(runId).slice(0, 8), 16) / 2 ** 32;

/** Why a start cannot have what it asks for. */
export type NoVersion = 'unknown_workflow' | 'unknown_workflow_version' | 'workflow_retired';

export class DefinitionCatalogue {
  readonly #byHash = new Map<string, Published>();
  /** Names, and in the order in which they were published last, the hashes under each. */
  readonly #named = new Map<string, Set<string>>();
  readonly #current = new Map<string, DefinitionRef>();
  /** By name, then by alias. */
  readonly #aliases = new Map<string, Map<string, DefinitionAlias>>();
  /** Hashes, and when each was retired. */
  readonly #retiredMs = new Map<string, number>();

  /**
   * Takes records of the topic in their order. Bad ones are returned, never thrown: one poisoned record stops nobody.
   * A record without value (a compaction tombstone) takes back what its key said; runs keep their definition as long as it is there.
   */
  accept(records: readonly { readonly offset: number; readonly key: string | null; readonly value: Uint8Array | null }[]): readonly Refused[] {
    const refused: Refused[] = [];
    for (const { offset, key, value } of records) {
      if (value === null) {
        if (key !== null) this.#takeBack(key);
        continue;
      }
      try {
        this.#take(readDefinitionRecord(value));
      } catch (error) {
        if (error instanceof ContractError) refused.push({ offset, code: error.code, detail: error.message });
        else if (error instanceof DefinitionError) refused.push({ offset, code: 'schema', detail: error.message });
        else throw error;
      }
    }
    return refused;
  }

  byHash(hash: string): Published | undefined {
    return this.#byHash.get(hash);
  }

  /** Those of which something can be started by name alone. */
  names(): readonly string[] {
    return [...new Set([...this.#current.keys(), ...[...this.#aliases].filter(([, aliases]) => aliases.has(LIVE)).map(([name]) => name)])].sort();
  }

  /** The definition that a start of this name alone takes; of several the heaviest, the first of equals. */
  current(name: string): Published | undefined {
    const [first] = this.live(name).toSorted((a, b) => b.weight - a.weight);
    return first === undefined ? undefined : this.#byHash.get(first.def.hash);
  }

  /** Where starts go that ask for no version: the alias `live`, without one what was published last. */
  live(name: string): readonly AliasRoute[] {
    const alias = this.#aliases.get(name)?.get(LIVE);
    const def = this.#current.get(name);
    return alias?.routes ?? (def === undefined ? [] : [{ def, weight: 1 }]);
  }

  /** What was published last, whatever `live` says; undefined where that was taken back. */
  publishedLast(name: string): DefinitionRef | undefined {
    return this.#current.get(name);
  }

  /** Of the definitions of one version the one that was there first: whoever took the number before anybody else. */
  firstOf({ name, ver }: Pick<DefinitionRef, 'name' | 'ver'>): Published | undefined {
    for (const published of this.#byHash.values()) if (published.def.name === name && published.def.ver === ver) return published;
    return undefined;
  }

  /** By version, newest first; definitions of the same version by when they were published, the latest first. */
  versions(name: string): readonly Published[] {
    const published = [...(this.#named.get(name) ?? [])].reverse().map((hash) => this.#byHash.get(hash)!);
    return published.toSorted((a, b) => b.def.ver - a.def.ver);
  }

  aliases(name: string): readonly DefinitionAlias[] {
    return [...(this.#aliases.get(name)?.values() ?? [])].toSorted((a, b) => (a.alias < b.alias ? -1 : 1));
  }

  /** Epoch milliseconds; undefined where it takes starts. */
  retiredMs(hash: string): number | undefined {
    return this.#retiredMs.get(hash);
  }

  /**
   * What a start takes.
   * @param chance from 0 to below 1, the same for the same run: which of the routes of an alias.
   */
  choose(name: string, version: VersionOrAlias | undefined, chance: number): Published | NoVersion {
    const routes = typeof version === 'number' ? this.#routesOf(name, version) : version === undefined || version === LIVE ? this.live(name) : (this.#aliases.get(name)?.get(version)?.routes ?? []);
    if (routes.length === 0) return version === undefined || !this.#named.has(name) ? 'unknown_workflow' : 'unknown_workflow_version';
    const { hash } = routeAt(routes, chance).def;
    if (this.#retiredMs.has(hash)) return 'workflow_retired';
    return this.#byHash.get(hash) ?? (version === undefined ? 'unknown_workflow' : 'unknown_workflow_version');
  }

  #routesOf(name: string, version: number): readonly AliasRoute[] {
    const latest = this.versions(name).find(({ def }) => def.ver === version);
    return latest === undefined ? [] : [{ def: latest.def, weight: 1 }];
  }

  #take(record: DefinitionRecord): void {
    switch (record.t) {
      case 'definition': {
        const { name, hash } = record.def;
        if (!this.#byHash.has(hash)) this.#byHash.set(hash, { ...readDefinition(record), publishedBy: record.publishedBy });
        const hashes = this.#named.get(name) ?? new Set();
        hashes.delete(hash);
        this.#named.set(name, hashes.add(hash));
        return;
      }
      case 'current':
        this.#current.set(record.def.name, record.def);
        return;
      case 'alias':
        this.#aliases.set(record.name, (this.#aliases.get(record.name) ?? new Map<string, DefinitionAlias>()).set(record.alias, record));
        return;
      case 'retired':
        this.#retiredMs.set(record.def.hash, record.atMs);
    }
  }

  /** @param key as definitionKeys makes them. */
  #takeBack(key: string): void {
    const [name = '', hash, retired] = key.split('/');
    if (retired !== undefined) this.#retiredMs.delete(hash!);
    else if (hash !== undefined) this.#forget(name, hash);
    else if (!key.includes('@')) this.#current.delete(key);
    else {
      const [of = '', alias = ''] = key.split('@');
      this.#aliases.get(of)?.delete(alias);
    }
  }

  #forget(name: string, hash: string): void {
    this.#byHash.delete(hash);
    const hashes = this.#named.get(name);
    hashes?.delete(hash);
    if (hashes?.size === 0) this.#named.delete(name);
  }
}

function routeAt(routes: readonly AliasRoute[], chance: number): AliasRoute {
  let left = chance * routes.reduce((sum, { weight }) => sum + weight, 0);
  return routes.find(({ weight }) => (left -= weight) < 0) ?? routes.at(-1)!;
}
