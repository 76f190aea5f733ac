/** Every definition known to a process, by hash and by name. Fed from the definitions topic; asked by the door and by the lanes. */
import { ContractError, readDefinitionRecord, type DefinitionRef } from '@baton/contracts';
import { DefinitionError } from './problem.ts';
import { readDefinition, type Workflow } from './workflow.ts';

export interface Refused {
  readonly offset: number;
  readonly code: 'schema' | 'invalid_json' | 'unknown_version' | 'forbidden_key' | 'payload_too_large';
  readonly detail: string;
}

export class DefinitionCatalogue {
  readonly #byHash = new Map<string, Workflow & { readonly publishedBy: string }>();
  readonly #current = new Map<string, DefinitionRef>();

  /**
   * Takes records of the topic in their order. Bad ones are returned, never thrown: one poisoned record stops nobody.
   * A record without value (a compaction tombstone) of a pointer withdraws the workflow from new starts; runs keep their definition.
   */
  accept(records: readonly { readonly offset: number; readonly key: string | null; readonly value: Uint8Array | null }[]): readonly Refused[] {
    const refused: Refused[] = [];
    for (const { offset, key, value } of records) {
      if (value === null) {
        if (key !== null) this.#current.delete(key);
        continue;
      }
      try {
        const record = readDefinitionRecord(value);
        if (record.t === 'current') this.#current.set(record.def.name, record.def);
        else if (!this.#byHash.has(record.def.hash)) this.#byHash.set(record.def.hash, { ...readDefinition(record), publishedBy: record.publishedBy });
      } catch (error) {
        if (error instanceof ContractError) refused.push({ offset, code: error.code, detail: error.message });
        else if (error instanceof DefinitionError) refused.push({ offset, code: 'schema', detail: error.message });
        else throw error;
      }
    }
    return refused;
  }

  byHash(hash: string): (Workflow & { readonly publishedBy: string }) | undefined {
    return this.#byHash.get(hash);
  }

  /** The version that a new run of this name takes. */
  current(name: string): (Workflow & { readonly publishedBy: string }) | undefined {
    const ref = this.#current.get(name);
    return ref === undefined ? undefined : this.#byHash.get(ref.hash);
  }

  names(): readonly string[] {
    return [...this.#current.keys()].sort();
  }
}
