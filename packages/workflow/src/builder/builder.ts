/**
 * The typed builder: a third way to write the same thing. It writes Amazon States Language, nothing else.
 *
 * ```ts
 * const order = workflow('order', { service: 'shop' })
 *   .input(z.object({ sku: z.string(), count: z.number() }))
 *   .step(reserve)
 *   .choice('Is it much?', ($, when) => [when(greaterThan($.price, 1_000), (flow) => flow.step(approve))])
 *   .step(charge, { input: ($) => ({ amount: $.price, text: format('Order of {}', $.sku) }) })
 *   .build();
 * ```
 *
 * The type of the data flows from state to state, from the input through the outputs of steps; a reference to what is not
 * there, or a step that the data does not fit, is refused by the compiler where it stands. Without `input` nothing is known
 * of the data, and everything is allowed. States named as text are not followed: after a raw `choice`, types are those before it.
 */
import type { Json, JsonObject, PolicyOverride } from '@baton/contracts';
import { z } from 'zod';
import { ownTimeout } from '../engine-resources/index.ts';
import type { ChoiceRule } from '../states/index.ts';
import { defineWorkflow, type Workflow } from '../workflow.ts';
import type { Accepts, After, AnyStepRef, ResultRule } from './data.ts';
import type { AfterStep, Branches, Case, CompensateOptions, DirectOptions, Ending, EndsOf, ErrorOptions, FanOutOptions, FanOutRule, HandledEnds, Handler, Item, Items, ItemsAs, MapOptions, MappedOptions, ResultsOf, StepOptions, WaitUntil, When, WorkflowOptions } from './options.ts';
import { machineOf, type Part, type Turn } from './parts.ts';
import { referenceTo, textOf, type Filled, type Reference } from './reference.ts';
import { givenOf, templateOf } from './template.ts';

type Fields = Readonly<Record<string, Json | undefined>>;

/** A list of states, each leading to the one added after it unless it says otherwise. */
export class WorkflowBuilder<Data = any> {
  /** Carries the type; nothing is there. */
  declare readonly data: Data;
  readonly #name: string;
  readonly #options: WorkflowOptions;
  readonly #parts: Part[] = [];
  #inputSchema: JsonObject | undefined;

  constructor(name: string, options: WorkflowOptions) {
    this.#name = name;
    this.#options = options;
    this.#inputSchema = options.inputSchema;
  }

  /** What a run takes: from here on the types of the data are followed. @param schema also checks every start, as JSON Schema. */
  input<Schema extends z.ZodType>(schema: Schema): WorkflowBuilder<z.input<Schema>> {
    if (this.#parts.length > 0) throw new TypeError('Expected input before the first state');
    const { $schema: _draft, ...written } = z.toJSONSchema(schema, { io: 'input' }) as JsonObject;
    this.#inputSchema = written;
    return this as unknown as WorkflowBuilder<z.input<Schema>>;
  }

  /** @param step as `defineStep` makes it, or a name, of which no types are known. */
  step<const S extends AnyStepRef, const O extends DirectOptions<Data>>(step: S & Accepts<Data, S>, options?: O): WorkflowBuilder<AfterStep<Data, S, O>>;
  // The last one is the one that the compiler explains: its mistakes are those inside `input`.
  step<const S extends AnyStepRef, const O extends MappedOptions<Data, S>>(step: S, options: O): WorkflowBuilder<AfterStep<Data, S, O>>;
  step(step: AnyStepRef, options: StepOptions<Data> = {}): WorkflowBuilder<any> {
    const named = typeof step === 'string' ? step : step.name;
    const { name = named, resource, input, result, parameters, resultSelector, resultPath, heartbeatSeconds, retry, catch: catchers, handle, next, ...said } = options;
    const Resource = resource ?? `${this.#options.service}/${named}`;
    const { timeoutSeconds, policy } = ownTimeout(Resource, said);
    const given = input === undefined ? { Parameters: parameters } : givenOf(input(referenceTo()), name);
    const rule = result ?? (resultPath === undefined ? 'merge' : undefined);
    return this.#add(name, true, {
      Type: 'Task',
      Resource,
      ...given,
      ResultSelector: resultSelector,
      ResultPath: resultPath === undefined ? pathOf(rule) : resultPath,
      TimeoutSeconds: timeoutSeconds,
      HeartbeatSeconds: heartbeatSeconds,
      Retry: retry as Json | undefined,
      Catch: catchers as Json | undefined,
      Baton: extension(policy, rule === 'merge'),
      Next: next,
    }, this.#handlers(handle));
  }

  /**
   * What undoes the step added last once it is done, where the run fails or is cancelled later.
   * @param options `input`: what it gets, made of what that step had, `done.Input` the data before it and `done.Result` its output; default: both.
   * @throws TypeError where no step stands before it, or what undoes it was said already.
   */
  compensate(step: AnyStepRef, options: CompensateOptions = {}): this {
    const named = typeof step === 'string' ? step : step.name;
    const { resource, input, retry, timeoutSeconds, heartbeatSeconds } = options;
    const last = this.#parts.at(-1);
    if (last?.state['Type'] !== 'Task') throw new TypeError(`Expected compensate right behind a step${last === undefined ? '' : `, but ${JSON.stringify(last.name)} is none`}`);
    if (last.state['Compensate'] !== undefined) throw new TypeError(`Expected one compensate for ${JSON.stringify(last.name)}, but found two`);
    const fields: Fields = {
      Resource: resource ?? `${this.#options.service}/${named}`,
      Parameters: input === undefined ? undefined : templateOf(input(referenceTo()), named),
      Retry: retry as Json | undefined,
      TimeoutSeconds: timeoutSeconds,
      HeartbeatSeconds: heartbeatSeconds,
    };
    this.#parts[this.#parts.length - 1] = { ...last, state: { ...last.state, Compensate: present(fields) } };
    return this;
  }

  /** @param options `value`: what the data becomes, or what goes into it under a name. `result`, `parameters`, `resultPath`: as fields of the state. */
  pass<const V = unknown, const R extends 'replace' | { readonly into: string } | undefined = undefined>(
    name: string,
    options: { readonly value?: ($: Reference<Data>) => V; readonly into?: R; readonly result?: Json; readonly parameters?: Json; readonly resultPath?: string | null; readonly next?: string } = {},
  ): WorkflowBuilder<unknown extends V ? Data : After<Data, Filled<V>, R extends undefined ? 'replace' : R>> {
    const { value, into, result, parameters, resultPath, next } = options;
    const given = value === undefined ? { Parameters: parameters } : givenOf(value(referenceTo()), name);
    return this.#add(name, true, { Type: 'Pass', Result: result, ...given, ResultPath: into === undefined ? resultPath : pathOf(into), Next: next });
  }

  wait(name: string, until: WaitUntil<Data>, options: { readonly next?: string } = {}): WorkflowBuilder<Data> {
    return this.#add(name, true, { Type: 'Wait', ...waitFields(until as WaitUntil<any>), Next: options.next });
  }

  /**
   * Goes the way of the first case whose rule fits, else that of `otherwise`, else on. All ways come together in the state added next.
   * With rules as they stand in the language, their `Next` and `default` lead to states by their names.
   */
  choice<const Cases extends readonly Case<any>[], Ends = Data>(name: string, cases: ($: Reference<Data>, when: When<Data>) => Cases, otherwise?: (flow: WorkflowBuilder<Data>) => Ending<Ends>): WorkflowBuilder<EndsOf<Cases> | Ends>;
  choice(name: string, rules: readonly (ChoiceRule & { readonly Next: string })[], options?: { readonly default?: string }): WorkflowBuilder<Data>;
  choice(name: string, cases: unknown, otherwise?: unknown): WorkflowBuilder<any> {
    if (typeof cases !== 'function') return this.#add(name, false, { Type: 'Choice', Choices: cases as Json, Default: (otherwise as { readonly default?: string } | undefined)?.default });
    const when: When<Data> = ({ rule }, then) => ({ rule, flow: then(this.#inside()) });
    const found = (cases as ($: Reference<Data>, when: When<Data>) => readonly Case<unknown>[])(referenceTo(), when);
    const turns = found.map(({ rule, flow }): Turn => ({ parts: WorkflowBuilder.#partsOf(flow), lead: (state, next) => ({ ...state, Choices: [...((state['Choices'] ?? []) as readonly Json[]), { ...rule, Next: next } as unknown as Json] }) }));
    const other = otherwise === undefined ? [] : WorkflowBuilder.#partsOf((otherwise as (flow: WorkflowBuilder<Data>) => Ending<unknown>)(this.#inside()));
    return this.#add(name, false, { Type: 'Choice' }, [...turns, { parts: other, lead: (state, next) => ({ ...state, Default: next }) }]);
  }

  /** Runs the branches side by side, each on the data; the result has under each name what its branch came to. */
  parallel<const B extends Branches<Data>, const O extends FanOutOptions<Data>>(name: string, branches: B, options?: O): WorkflowBuilder<After<Data, ResultsOf<B>, FanOutRule<O>> | HandledEnds<O>> {
    const { result = 'replace', ...errors }: FanOutOptions<Data> = options ?? {};
    const names = Object.keys(branches);
    const selector = Object.fromEntries(names.map((branch, i) => [`${branch}.$`, `$[${i}]`]));
    return this.#add(name, true, { Type: 'Parallel', Branches: names.map((branch) => machineOf(WorkflowBuilder.#partsOf(branches[branch]!(this.#inside()))) as unknown as Json), ResultSelector: selector, ResultPath: pathOf(result), ...ruleFields(errors) }, this.#handlers(errors.handle));
  }

  /** Runs a part for each item of a list; the result is the list of what they came to. @param over the list; or with it, as `input`, what each gets instead of its item. */
  map<const T, Ends, const O extends MapOptions<Data>, Given = T>(name: string, over: Items<Data, T> | ItemsAs<Data, T, Given>, each: (flow: WorkflowBuilder<Filled<Given>>) => Ending<Ends>, options?: O): WorkflowBuilder<After<Data, Ends[], FanOutRule<O>> | HandledEnds<O>> {
    const { result = 'replace', atOnce, ...errors }: MapOptions<Data> = options ?? {};
    const { items, input }: { readonly items: Items<Data, T>; readonly input?: ItemsAs<Data, T, Given>['input'] } = typeof over === 'function' ? { items: over } : over;
    const item: Item<T> = { index: referenceTo(['Map', 'Item', 'Index'], '$$'), value: referenceTo(['Map', 'Item', 'Value'], '$$') };
    return this.#add(name, true, {
      Type: 'Map',
      ItemsPath: textOf(items(referenceTo())),
      ItemSelector: input === undefined ? undefined : templateOf(input(referenceTo(), item), name),
      MaxConcurrency: atOnce,
      ItemProcessor: machineOf(WorkflowBuilder.#partsOf(each(this.#inside()))) as unknown as Json,
      ResultPath: pathOf(result),
      ...ruleFields(errors),
    }, this.#handlers(errors.handle));
  }

  /** Ends the machine. */
  succeed(name: string): WorkflowBuilder<never> {
    return this.#add(name, false, { Type: 'Succeed' });
  }

  /** Ends the machine with an error. */
  fail(name: string, options: { readonly error: string; readonly cause?: string }): WorkflowBuilder<never> {
    return this.#add(name, false, { Type: 'Fail', Error: options.error, Cause: options.cause });
  }

  /** @throws DefinitionError naming every mistake with its path; TypeError for two states of one name. */
  build(): Workflow {
    const { version, comment, defaults } = this.#options;
    return defineWorkflow({
      name: this.#name,
      asl: {
        ...(comment !== undefined && { Comment: comment }),
        ...machineOf(this.#parts),
        ...(defaults !== false && { Baton: { Defaults: (defaults ?? {}) as JsonObject } }),
      },
      ...(version !== undefined && { version }),
      ...(this.#inputSchema !== undefined && { inputSchema: this.#inputSchema }),
    });
  }

  static #partsOf(built: Ending<unknown>): readonly Part[] {
    return (built as WorkflowBuilder<unknown>).#parts;
  }

  /** A builder for a part that stands in this one. */
  #inside<Inner>(): WorkflowBuilder<Inner> {
    return new WorkflowBuilder<Inner>(this.#name, this.#options);
  }

  #handlers(handlers: readonly Handler<Data>[] = []): readonly Turn[] {
    return handlers.map(({ errors, by }) => ({
      parts: WorkflowBuilder.#partsOf(by(this.#inside())),
      lead: (state, next) => ({ ...state, Catch: [...((state['Catch'] ?? []) as readonly Json[]), { ErrorEquals: errors as unknown as Json, ResultPath: '$.error', Next: next }] }),
    }));
  }

  #add<Next>(name: string, goesOn: boolean, fields: Fields, turns: readonly Turn[] = []): WorkflowBuilder<Next> {
    const state = present(fields);
    if (this.#parts.some((part) => part.name === name)) throw new TypeError(`Expected each state once, but ${JSON.stringify(name)} was added twice`);
    this.#parts.push({ name, state, goesOn, ...(turns.length > 0 && { turns }) });
    return this as unknown as WorkflowBuilder<Next>;
  }
}

const present = (fields: Fields): Record<string, Json> => Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, Json] => entry[1] !== undefined));

const ruleFields = ({ retry, catch: catchers }: ErrorOptions<any>): Fields => ({ Retry: retry as Json | undefined, Catch: catchers as Json | undefined });

/** Undefined: the result is merged, or replaces the data. */
function pathOf(rule: ResultRule | undefined): string | null | undefined {
  if (rule === 'drop') return null;
  return typeof rule === 'object' ? textOf(referenceTo([rule.into])) : undefined;
}

function waitFields(until: WaitUntil<any>): Fields {
  if ('until' in until) return { TimestampPath: textOf(until.until(referenceTo())) };
  if ('seconds' in until) return typeof until.seconds === 'number' ? { Seconds: until.seconds } : { SecondsPath: textOf(until.seconds(referenceTo())) };
  if ('secondsPath' in until) return { SecondsPath: until.secondsPath };
  return 'timestamp' in until ? { Timestamp: until.timestamp } : { TimestampPath: until.timestampPath };
}

function extension(policy: PolicyOverride, merge: boolean): Json | undefined {
  const fields = { ...(policy as JsonObject), ...(merge && { Result: 'merge' }) };
  return Object.keys(fields).length === 0 ? undefined : fields;
}

/** Begins a workflow. */
export const workflow = (name: string, options: WorkflowOptions): WorkflowBuilder => new WorkflowBuilder(name, options);
