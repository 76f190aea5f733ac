/** The definitions this door knows, kept up from their topic, and a way to wait for one that is on its way. */
import { DefinitionCatalogue, didYouMean } from '@baton/workflow';
import type { Clock, Definitions } from '@baton/ports';
import type { Log } from './ports.ts';
import { Refusal } from './refusal.ts';

export type KnownWorkflow = NonNullable<ReturnType<DefinitionCatalogue['current']>>;

/** A name that was waited for in vain is not waited for again so soon: a flood of one wrong name must not hold a partition. */
const FORGET_UNKNOWN_MS = 60_000;
const MAX_UNKNOWN_NAMES = 10_000;

export class KnownDefinitions {
  readonly #catalogue = new DefinitionCatalogue();
  readonly #definitions: Definitions;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #unknownUntilMs = new Map<string, number>();
  #waiting: (() => void)[] = [];
  #subscription: { stop(): Promise<void> } | undefined;

  constructor(definitions: Definitions, clock: Clock, log: Log) {
    this.#definitions = definitions;
    this.#clock = clock;
    this.#log = log;
  }

  /** Resolves once everything that was published before is known. */
  async start(): Promise<void> {
    this.#subscription = await this.#definitions.follow((records) => {
      for (const refused of this.#catalogue.accept(records)) {
        this.#log.error({ topic: this.#definitions.topic, offset: refused.offset, code: refused.code }, `definition ignored: ${refused.detail}`);
      }
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const look of waiting) look();
    });
  }

  get loaded(): boolean {
    return this.#subscription !== undefined;
  }

  async stop(): Promise<void> {
    await this.#subscription?.stop();
    this.#subscription = undefined;
  }

  current(name: string): KnownWorkflow | undefined {
    return this.#catalogue.current(name);
  }

  all(): readonly KnownWorkflow[] {
    return this.#catalogue.names().flatMap((name) => this.#catalogue.current(name) ?? []);
  }

  /** @throws Refusal `unknown_workflow`, naming the one that may have been meant. */
  require(name: string): KnownWorkflow {
    const workflow = this.current(name);
    if (workflow !== undefined) return workflow;
    const names = this.#catalogue.names();
    const known = names.length === 0 ? 'none is published yet; start the service that has it' : `known: ${names.slice(0, 20).join(', ')}`;
    throw new Refusal('unknown_workflow', `No service has published a workflow ${JSON.stringify(name)} (${known})${didYouMean(name, names)}`);
  }

  /** As require, but gives a definition that may be on its way so long to come. */
  async awaitCurrent(name: string, waitMs: number): Promise<KnownWorkflow> {
    const nowMs = this.#clock.nowMs();
    if (nowMs >= (this.#unknownUntilMs.get(name) ?? 0)) {
      const untilMs = nowMs + waitMs;
      while (this.current(name) === undefined && this.#clock.nowMs() < untilMs) await this.#nextRecord(untilMs - this.#clock.nowMs());
      if (this.current(name) === undefined) this.#rememberUnknown(name);
    }
    return this.require(name);
  }

  #rememberUnknown(name: string): void {
    if (this.#unknownUntilMs.size >= MAX_UNKNOWN_NAMES) this.#unknownUntilMs.clear();
    this.#unknownUntilMs.set(name, this.#clock.nowMs() + FORGET_UNKNOWN_MS);
  }

  #nextRecord(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(withinMs, resolve);
      this.#waiting.push(() => {
        cancel();
        resolve();
      });
    });
  }
}
