/** The definitions this door knows, kept up from their topic, and a way to wait for one that is on its way. */
import { LIVE, type VersionOrAlias } from '@baton/contracts';
import { DefinitionCatalogue, didYouMean, shareOf, type NoVersion, type Published } from '@baton/workflow';
import type { Clock, Definitions } from '@baton/ports';
import type { Log } from './ports.ts';
import { Refusal } from './refusal.ts';

export type KnownWorkflow = Published;

/** What a start asks for. Of the routes of an alias the same run always takes the same one. */
export interface Wanted {
  readonly workflow: string;
  readonly version?: VersionOrAlias | undefined;
  readonly runId: string;
}

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

  /** For what is asked of everything that is known: the versions, the aliases. */
  get catalogue(): Omit<DefinitionCatalogue, 'accept'> {
    return this.#catalogue;
  }

  all(): readonly KnownWorkflow[] {
    return this.#catalogue.names().flatMap((name) => this.#catalogue.current(name) ?? []).filter(({ def }) => this.#catalogue.retiredMs(def.hash) === undefined);
  }

  /** @throws Refusal `unknown_workflow`, naming the one that may have been meant, `unknown_workflow_version`, `workflow_retired`. */
  require(wanted: Wanted): KnownWorkflow {
    const found = this.#choose(wanted);
    if (typeof found !== 'string') return found;
    throw this.#refusal(found, wanted);
  }

  /** As require, but gives a definition that may be on its way so long to come. */
  async awaitWanted(wanted: Wanted, waitMs: number): Promise<KnownWorkflow> {
    const isMissing = (): boolean => ['unknown_workflow', 'unknown_workflow_version'].includes(this.#choose(wanted) as string);
    const name = wanted.version === undefined ? wanted.workflow : `${wanted.workflow}@${wanted.version}`;
    const nowMs = this.#clock.nowMs();
    if (nowMs >= (this.#unknownUntilMs.get(name) ?? 0)) {
      await this.until(() => !isMissing(), waitMs);
      if (isMissing()) this.#rememberUnknown(name);
    }
    return this.require(wanted);
  }

  /** Resolves once what the topic says makes `holds` true, or after `waitMs`. */
  async until(holds: () => boolean, waitMs: number): Promise<boolean> {
    const untilMs = this.#clock.nowMs() + waitMs;
    while (!holds() && this.#clock.nowMs() < untilMs) await this.#nextRecord(untilMs - this.#clock.nowMs());
    return holds();
  }

  #choose({ workflow, version, runId }: Wanted): KnownWorkflow | NoVersion {
    return this.#catalogue.choose(workflow, version, shareOf(runId));
  }

  #refusal(code: NoVersion, { workflow: name, version }: Wanted): Refusal {
    const versions = this.#catalogue.versions(name);
    if (code === 'unknown_workflow' && versions.length === 0) {
      const names = this.#catalogue.names();
      const known = names.length === 0 ? 'none is published yet; start the service that has it' : `known: ${names.slice(0, 20).join(', ')}`;
      return new Refusal(code, `No service has published a workflow ${JSON.stringify(name)} (${known})${didYouMean(name, names)}`);
    }
    const choices = [...new Set(versions.map(({ def }) => String(def.ver))), ...this.#catalogue.aliases(name).map(({ alias }) => alias)];
    // Two doors may have set an alias and deleted its version at the same moment.
    const asked = this.#catalogue.aliases(name).find(({ alias }) => alias === (version ?? LIVE));
    const deleted = asked?.routes.find(({ def }) => this.#catalogue.byHash(def.hash) === undefined);
    if (code !== 'workflow_retired' && asked !== undefined && deleted !== undefined) return new Refusal(code, `The alias ${asked.alias} of ${name} sends starts to version ${deleted.def.ver}, which was deleted; set it to another one, or remove it`);
    if (code === 'unknown_workflow') return new Refusal(code, `What was published last of ${name} was deleted, so a start has to name a version (it has ${choices.slice(0, 20).join(', ')}), or live has to be set to one`);
    if (code === 'unknown_workflow_version') return new Refusal(code, `The workflow ${name} has no version ${JSON.stringify(version)}; it has ${choices.slice(0, 20).join(', ')}`);
    return new Refusal(code, `${version === undefined ? `What starts of ${name} take` : `${name} ${version}`} was retired and takes no new starts; name another version, or take the retirement back`);
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
