import { hashFraction, type Branch, type Json, type JsonObject } from '@baton/contracts';
import type { Ambient, Roots } from '@baton/expressions';
import { branchOf, stateOf, type Place } from '../states/place.ts';
import { contextObject, type Item } from './context-object.ts';
import { variablesOf, type Variables } from './variables.ts';

/** What the expressions of a state see: its data, the context object, the variables in force. Made when it is asked for. */
export class Scope implements Roots {
  /** `$` */
  readonly data: Json;
  readonly place: Place;
  readonly #about: { readonly attempt?: number; readonly item?: Item };
  #context: JsonObject | undefined;
  #variables: Variables | undefined;

  constructor(place: Place, about: { readonly attempt?: number; readonly item?: Item; readonly data?: Json } = {}) {
    this.place = place;
    this.#about = about;
    this.data = about.data === undefined ? branchOf(place).data : about.data;
  }

  get context(): JsonObject {
    const { run } = this.place;
    this.#context ??= contextObject({ run: run.state, branch: branchOf(this.place), state: stateOf(this.place), facts: run.facts, ...this.#about });
    return this.#context;
  }

  get variables(): Variables {
    const { run } = this.place;
    this.#variables ??= variablesOf(run.state, branchOf(this.place), run.facts.machine);
    return this.#variables;
  }

  /** The same with other data as `$`. */
  over(data: Json): Scope {
    const other = new Scope(this.place, { ...this.#about, data });
    other.#context = this.#context;
    other.#variables = this.#variables;
    return other;
  }

  /** Time and chance for one field. The same for whoever decides, another for each attempt and each iteration. */
  ambient(what: string): Ambient {
    const { run } = this.place;
    const { stepId, attempt, retries } = branchOf(this.place);
    const seed = `${run.state.runId}/${stepId}/${attempt}/${retryCount(retries)}/${this.#about.item?.index ?? ''}/${what}`;
    let drawn = 0;
    return { nowMs: run.nowMs, random: () => hashFraction(`${seed}#${drawn++}`), ...(run.facts.elapsedMs !== undefined && { elapsedMs: run.facts.elapsedMs }) };
  }
}

const retryCount = (retries: Branch['retries']): number => Object.values(retries).reduce((sum, n) => sum + n, 0);
