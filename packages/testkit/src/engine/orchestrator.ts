/** The orchestrator of a test: the real one, on the embedded ports. Killed and started again, it takes over from the history. */
import { hash128, type Policy } from '@baton/contracts';
import type { Memory, MemoryConnection } from '@baton/adapter-memory';
import type { RuntimeObserver, TaskTokens } from '@baton/ports';
import { Conductor, type ConductorHealth } from '@baton/runtime';
import { DefinitionCatalogue } from '@baton/workflow';

const tokens: TaskTokens = { mint: (key) => hash128(`testkit\n${key}`), verify: (key, token) => token === hash128(`testkit\n${key}`) };

export interface OrchestratorOptions {
  readonly namespace: string;
  readonly policy: Policy;
  readonly observer: RuntimeObserver;
  readonly crashed: (error: Error) => void;
}

export class Orchestrator {
  readonly #memory: Memory;
  readonly #options: OrchestratorOptions;
  #lives = 0;
  #catalogue = new DefinitionCatalogue();
  #running: { readonly conductor: Conductor; readonly connection: MemoryConnection } | undefined;

  constructor(memory: Memory, options: OrchestratorOptions) {
    this.#memory = memory;
    this.#options = options;
  }

  async start(): Promise<void> {
    const { namespace, policy, observer, crashed } = this.#options;
    const connection = this.#memory.connect();
    const { history, inboxSource: inbox, inboxSender: sender, stateIndex: index, commandBus: bus, deadLetters, definitions, wakeUps, clock } = connection;
    const owner = `orchestrator-${++this.#lives}`;
    let claims = 0;
    const conductor = new Conductor(
      { history, inbox, sender, index, bus, deadLetters, definitions, wakeUps, clock, tokens, observer, blobs: this.#memory.blobStore },
      {
        namespace,
        historyTopic: this.#memory.names.history,
        newOwner: () => `${owner}-${++claims}`,
        policy,
        onCrash: crashed,
        lanes: {
          // What a lane does every so often would make long waits slow. Due timers are found by the timeline instead; the rest guards against other processes.
          sweepEveryMs: Infinity,
          viewCheckEveryMs: Infinity,
          markEveryMs: Infinity,
          // The view is what a test reads. A rest between two writes would be on the engine's clock, which stands still until the test moves it.
          viewEveryMs: 0,
        },
      },
    );
    this.#running = { conductor, connection };
    await conductor.start();
    this.#catalogue = conductor.catalogue;
  }

  get health(): ConductorHealth {
    return this.#running?.conductor.health() ?? { ready: false, alive: false, lanes: [] };
  }

  /** What has been published. */
  get catalogue(): DefinitionCatalogue {
    return this.#catalogue;
  }

  /** Dies at once: what it has not written is lost, and nothing it does from now on counts. */
  async kill(): Promise<void> {
    const killed = this.#running;
    this.#running = undefined;
    killed?.connection.crash();
    await killed?.conductor.stop();
  }

  async stop(): Promise<void> {
    await this.#running?.conductor.stop();
  }
}
