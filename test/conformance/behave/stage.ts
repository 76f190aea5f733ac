/** Where a scenario plays: a definition, what its state is given, what it finds when it reaches outside, and what came of it. */
import { isJsonObject, ROOT_BRANCH, type Json, type JsonObject } from '@baton/contracts';
import type { StateMachine } from '@baton/workflow';
import { parse } from 'yaml';
import { bound } from '../bindings.ts';
import { drive, type Answer, type AttemptSeen, type Driven } from '../drive.ts';
import { same, short } from '../match.ts';
import { check, featureOf, isOnlyUnsupported } from '../refusal.ts';
import { alone } from './mend.ts';

/** Before any time that a scenario waits for. */
const START_MS = Date.parse('2020-01-01T00:00:00Z');
/** The scenarios know their execution by this name. */
const RUN_ID = '123';

/** A definition that is refused, where the scenario goes on as if it were not. */
export class Refused extends Error {}

export class Stage {
  #machine: JsonObject | undefined;
  #given: Json | undefined;
  executionInput: Json | undefined;
  current = '';
  retries = 0;
  variables: Readonly<Record<string, Json>> = {};
  readonly resources: { parameters?: Json; answer?: Answer } = {};
  readonly items = new Map<string, { input?: Json; output?: Json; error?: string }>();
  otherItems: Json | undefined;
  readonly branches = new Map<number, Answer>();
  /** What was given to the steps of the last execution. */
  calls: Json[] = [];
  /** Why the definition was refused, where it was. */
  #refusal: { readonly why: string; readonly onlyUnsupported: boolean } | undefined;
  #last: Driven | undefined;
  #played = '';
  #targets: readonly string[] = [];

  define(text: string): void {
    try {
      const machine = parse(text) as Json;
      if (isJsonObject(machine)) this.#machine = machine;
      else this.#refuse('no object');
    } catch (error) {
      this.#refuse((error as Error).message);
    }
    this.current = String(this.#machine?.['StartAt'] ?? '');
  }

  set data(data: Json) {
    this.#given = data;
  }

  get data(): Json {
    return this.#given ?? this.executionInput ?? {};
  }

  /** Checks the machine of the state alone. */
  parse(): StateMachine | undefined {
    return this.#machine === undefined ? undefined : this.#check(alone(this.#machine, this.current, this.#state()).definition);
  }

  /** @throws Refused for what Baton cannot run yet, which says nothing of the definition. */
  get isRefused(): boolean {
    if (this.#refusal?.onlyUnsupported === true) throw new Refused(this.#refusal.why);
    return this.#refusal !== undefined;
  }

  #refuse(why: string, onlyUnsupported = false): undefined {
    this.#refusal = { why, onlyUnsupported };
  }

  #check(asked: JsonObject): StateMachine | undefined {
    const definition = bound(asked);
    const checked = check(definition);
    this.#refusal = undefined;
    return 'refused' in checked ? this.#refuse(featureOf(checked.refused, definition), isOnlyUnsupported(checked.refused)) : checked.machine;
  }

  typeOf(state: string): Json | undefined {
    const states = this.#machine?.['States'];
    const found = isJsonObject(states) ? states[state] : undefined;
    return isJsonObject(found) ? found['Type'] : undefined;
  }

  /** One state, as the scenarios have it. */
  execute(): void {
    if (this.#machine === undefined) return;
    const state = this.#state();
    this.#played = this.current;
    const jsonata = this.#machine['QueryLanguage'] === 'JSONata';
    const assigned = Object.keys(this.variables).length > 0 ? { Assign: this.variables } : {};
    const differs = this.executionInput !== undefined && !same(this.executionInput, this.data);
    const before = differs || 'Assign' in assigned ? { ...(differs && { [jsonata ? 'Output' : 'Result']: this.data }), ...assigned } : undefined;
    const { definition, targets } = alone(this.#machine, this.current, state, before as JsonObject | undefined);
    this.#targets = targets;
    const machine = this.#check(definition);
    if (machine === undefined) return;
    this.calls = [];
    let scheduled = 0;
    this.#last = drive({
      machine,
      input: differs ? this.executionInput! : this.data,
      startMs: START_MS,
      runId: RUN_ID,
      answer: (attempt) => this.#answer(attempt, state),
      stop: (event) => event.type === 'retry-scheduled' && ++scheduled > this.retries,
    });
    this.#goOn(this.#last);
  }

  get last(): Driven {
    if (this.#refusal !== undefined) throw new Refused(this.#refusal.why);
    if (this.#last === undefined) throw new Error('Expected an execution before it is looked at');
    return this.#last;
  }

  /** Output of the state; its input where it has not been left. */
  get result(): Json {
    return this.last.passages.find(({ what, state }) => what === 'exited' && state === this.#played)?.data ?? this.data;
  }

  /** What came after the state: another one, or the same once more. */
  get next(): string | undefined {
    const { passages, run } = this.last;
    if (run?.status === 'running') return this.#played;
    return passages.find(({ what, state }) => what === 'entered' && this.#targets.includes(state))?.state;
  }

  get ended(): boolean {
    return this.last.run?.status !== 'running' && this.next === undefined;
  }

  /** What `$$` would be, as far as scenarios look at it. */
  get context(): Json {
    const retries = this.last.run?.branches[ROOT_BRANCH]?.retries ?? {};
    return { Execution: { Id: RUN_ID, Name: RUN_ID, Input: this.executionInput ?? this.data }, State: { Name: this.#played, RetryCount: Object.values(retries).reduce((sum, n) => sum + n, 0) } };
  }

  /** The current state, with what it would start inside of it given by the scenario. */
  #state(): JsonObject {
    const states = this.#machine?.['States'];
    const state = isJsonObject(states) ? states[this.current] : undefined;
    if (!isJsonObject(state)) throw new Error(`Expected a state ${this.current}`);
    const step = (resource: string): JsonObject => ({ Type: 'Task', Resource: resource, End: true });
    if (state['Type'] === 'Map' && (this.items.size > 0 || this.otherItems !== undefined)) {
      const field = 'Iterator' in state ? 'Iterator' : 'ItemProcessor';
      return { ...state, [field]: { ...(state[field] as JsonObject), StartAt: 'Item', States: { Item: step('item') } } };
    }
    if (state['Type'] === 'Parallel' && this.branches.size > 0 && Array.isArray(state['Branches'])) {
      return { ...state, Branches: state['Branches'].map((_, i) => ({ StartAt: `Branch ${i}`, States: { [`Branch ${i}`]: step(`branch-${i}`) } })) };
    }
    return state;
  }

  #answer({ state, attempt, input }: AttemptSeen, asked: JsonObject): Answer {
    this.calls.push(input);
    const branch = /^Branch (\d+)$/.exec(state);
    if (branch !== null) return this.branches.get(Number(branch[1])) ?? { outcome: 'succeeded', output: null };
    if (state === 'Item') {
      const mocked = [...this.items.values()].find((item) => same(item.input, input));
      if (mocked?.error !== undefined) return failedWith(mocked.error);
      return { outcome: 'succeeded', output: (mocked === undefined ? this.otherItems : mocked.output) ?? null };
    }
    const { parameters, answer } = this.resources;
    if (parameters !== undefined && !same(parameters, input)) throw new Error(`Expected the step to be called with ${short(parameters)}, but it was called with ${short(input)}`);
    if (answer === undefined) throw new Error(`Expected an answer for ${state}`);
    if (attempt > this.retries || !isSuccess(answer)) return answer;
    // The scenario says how often it was retried before: it had failed by what its first retrier takes.
    const retrier = (asked['Retry'] as readonly JsonObject[] | undefined)?.[0]?.['ErrorEquals'];
    return failedWith(Array.isArray(retrier) && retrier[0] !== 'States.ALL' ? String(retrier[0]) : 'Conformance.Earlier');
  }

  #goOn(driven: Driven): void {
    this.variables = variablesOf(driven);
    const next = driven.run?.status === 'running' ? undefined : this.next;
    if (next === undefined) return;
    this.#given = this.result;
    this.current = next;
  }
}

const isSuccess = (answer: Answer): boolean => answer !== 'silence' && 'outcome' in answer && answer.outcome === 'succeeded';

export const failedWith = (name: string): Answer => ({ outcome: 'failed', error: { name, message: `The step failed with ${name}`, kind: 'technical' } });

/** What the run has assigned outside of fan-outs. */
function variablesOf({ events }: Driven): Readonly<Record<string, Json>> {
  const variables: Record<string, Json> = {};
  for (const { event } of events as readonly { readonly event: { readonly type: string; readonly branch?: string; readonly variables?: Readonly<Record<string, Json>> } }[]) {
    if (event.type === 'variables-assigned' && event.branch === ROOT_BRANCH) Object.assign(variables, event.variables);
  }
  return variables;
}
