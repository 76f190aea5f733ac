/**
 * The typed builder: a third way to write the same thing. It writes Amazon States Language, nothing else.
 *
 * ```ts
 * const order = workflow('order', { service: 'shop' })
 *   .step('reserve')
 *   .wait('cool_off', { seconds: 60 })
 *   .step('charge', { retry: [{ ErrorEquals: ['Declined'], MaxAttempts: 0 }], catch: [{ ErrorEquals: ['States.ALL'], Next: 'refuse' }] })
 *   .succeed('done')
 *   .fail('refuse', { error: 'Refused', cause: 'The card was declined' })
 *   .build();
 * ```
 */
import type { Json, JsonObject, PolicyOverride } from '@baton/contracts';
import type { Catcher, ChoiceRule, Retrier } from './asl.ts';
import { defineWorkflow, type Workflow } from './workflow.ts';

export interface WorkflowOptions {
  /** The service whose steps are meant by plain names. */
  readonly service: string;
  readonly version?: number;
  readonly comment?: string;
  readonly inputSchema?: JsonObject;
  /** Overrides of the platform's defaults; `false`: the defaults do not apply, the machine means what it means on AWS. */
  readonly defaults?: PolicyOverride | false;
}

export interface StepOptions extends PolicyOverride {
  /** `<service>/<step>`; default: the workflow's service and the state's name. */
  readonly resource?: string;
  readonly parameters?: Json;
  readonly resultSelector?: Json;
  /** Where the output goes; default: merged into the data. `null` drops it. */
  readonly resultPath?: string | null;
  readonly heartbeatSeconds?: number;
  readonly retry?: readonly Retrier[];
  readonly catch?: readonly Catcher[];
  /** Default: the state added next. */
  readonly next?: string;
}

/** A list of states, each leading to the one added after it unless it says otherwise. */
export class WorkflowBuilder {
  readonly #name: string;
  readonly #options: WorkflowOptions;
  readonly #states: { name: string; state: Record<string, Json>; goesOn: boolean }[] = [];

  constructor(name: string, options: WorkflowOptions) {
    this.#name = name;
    this.#options = options;
  }

  step(name: string, options: StepOptions = {}): this {
    const { resource, parameters, resultSelector, resultPath, heartbeatSeconds, retry, catch: catchers, next, ...policy } = options;
    return this.#add(name, true, {
      Type: 'Task',
      Resource: resource ?? `${this.#options.service}/${name}`,
      Parameters: parameters,
      ResultSelector: resultSelector,
      ResultPath: resultPath,
      HeartbeatSeconds: heartbeatSeconds,
      Retry: retry as Json | undefined,
      Catch: catchers as Json | undefined,
      Baton: extension(policy, resultPath === undefined),
      Next: next,
    });
  }

  pass(name: string, options: { readonly result?: Json; readonly parameters?: Json; readonly resultPath?: string | null; readonly next?: string } = {}): this {
    return this.#add(name, true, { Type: 'Pass', Result: options.result, Parameters: options.parameters, ResultPath: options.resultPath, Next: options.next });
  }

  wait(name: string, until: { readonly seconds: number } | { readonly secondsPath: string } | { readonly timestamp: string } | { readonly timestampPath: string }, options: { readonly next?: string } = {}): this {
    const fields = { seconds: 'Seconds', secondsPath: 'SecondsPath', timestamp: 'Timestamp', timestampPath: 'TimestampPath' } as const;
    const [key, value] = Object.entries(until)[0] as [keyof typeof fields, Json];
    return this.#add(name, true, { Type: 'Wait', [fields[key]]: value, Next: options.next });
  }

  choice(name: string, rules: readonly (ChoiceRule & { readonly Next: string })[], options: { readonly default?: string } = {}): this {
    return this.#add(name, false, { Type: 'Choice', Choices: rules as unknown as Json, Default: options.default });
  }

  succeed(name: string): this {
    return this.#add(name, false, { Type: 'Succeed' });
  }

  fail(name: string, options: { readonly error: string; readonly cause?: string }): this {
    return this.#add(name, false, { Type: 'Fail', Error: options.error, Cause: options.cause });
  }

  /** @throws DefinitionError naming every mistake with its path. */
  build(): Workflow {
    const states: Record<string, Json> = {};
    this.#states.forEach(({ name, state, goesOn }, i) => {
      const following = this.#states[i + 1]?.name;
      states[name] = goesOn && state['Next'] === undefined ? { ...state, ...(following === undefined ? { End: true } : { Next: following }) } : state;
    });
    const { version, comment, inputSchema, defaults } = this.#options;
    return defineWorkflow({
      name: this.#name,
      asl: {
        ...(comment !== undefined && { Comment: comment }),
        StartAt: this.#states[0]?.name ?? '',
        States: states,
        ...(defaults !== false && { Baton: { Defaults: (defaults ?? {}) as JsonObject } }),
      },
      ...(version !== undefined && { version }),
      ...(inputSchema !== undefined && { inputSchema }),
    });
  }

  #add(name: string, goesOn: boolean, fields: Readonly<Record<string, Json | undefined>>): this {
    if (this.#states.some((state) => state.name === name)) throw new TypeError(`Expected each state once, but ${JSON.stringify(name)} was added twice`);
    const state: Record<string, Json> = {};
    for (const [key, value] of Object.entries(fields)) if (value !== undefined) state[key] = value;
    this.#states.push({ name, state, goesOn });
    return this;
  }
}

function extension(policy: PolicyOverride, merge: boolean): Json | undefined {
  const fields = { ...(policy as JsonObject), ...(merge && { Result: 'merge' }) };
  return Object.keys(fields).length === 0 ? undefined : fields;
}

/** Begins a workflow. */
export const workflow = (name: string, options: WorkflowOptions): WorkflowBuilder => new WorkflowBuilder(name, options);
