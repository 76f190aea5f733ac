/**
 * Processes that serve the steps: the step SDK itself (`serve`), with its lease, its pool and what it remembers of commands
 * it has had, on a simulated transport. They die and stand still at every call and before and after the effect of a step,
 * lose their partitions, are stopped, and are impersonated.
 */
import type { InboxMessage } from '@baton/contracts';
import { defineStep, memoryBlobStore, serve, type ServiceHandle, type StepContext } from '@baton/step-sdk';
import { z } from 'zod';
import { Process, type Life } from './process.ts';
import { SERVICE } from './program.ts';
import type { World } from './world.ts';

const HANGS_MS = 60_000;

export class StepWorkers implements Life {
  readonly dies = 'worker-died';
  readonly freezes = 'worker-froze';
  readonly factor = 2;
  readonly haunts = true;
  /** How often each attempt was performed, by its key. */
  readonly executions = new Map<string, number>();
  /** How often an attempt was given up by its process in a way that lets it run again there, by its key. */
  readonly givenUp = new Map<string, number>();
  /** How often each step had its effect, by run and step: what its own database would hold. */
  readonly effects = new Map<string, number>();
  readonly #world: World;
  readonly #keysSeen = new Set<string>();
  readonly #handles = new Map<Process, Promise<ServiceHandle>>();
  readonly #blobs = memoryBlobStore();
  #started = 0;
  #heartbeats = 0;

  constructor(world: World) {
    this.#world = world;
  }

  get processes(): readonly Process[] {
    return [...this.#handles.keys()];
  }

  start(): void {
    const world = this.#world;
    const process = new Process(world, `w${this.#started++}`, this);
    const handle = serve({
      service: SERVICE,
      steps: [this.#step(process)],
      clock: process.clock,
      graceMs: 1_000,
      concurrency: 4,
      transport: {
        commands: { subscribe: async (_service, handler) => world.commandTopic.join(process, handler) },
        inbox: { send: (messages) => this.#send(process, messages) },
        deadLetters: { put: async (letters) => world.trouble(`A step service found a command that it could not read: ${letters[0]?.detail}`), follow: unused, resend: unused },
        definitions: { topic: world.names.definitions, publish: unused, takeBack: unused, follow: unused },
        blobs: this.#blobs,
      },
    });
    this.#handles.set(process, handle);
  }

  /** One of them is told to stop, as by a deployment: it hands back what it cannot finish, and another comes. */
  stopOne(): void {
    const running = [...this.#handles].filter(([process]) => process.state === 'running');
    if (running.length === 0) return;
    const [process, handle] = this.#world.random.pick(running);
    void handle.then(({ stop }) => stop()).then(() => process.crash());
  }

  /** Lets go of what they hold of the machine's. */
  async close(): Promise<void> {
    for (const handle of this.#handles.values()) void (await handle).stop();
  }

  ended(process: Process): void {
    const { commandTopic, clock, random } = this.#world;
    void this.#handles.get(process)?.then(({ stop }) => stop());
    this.#handles.delete(process);
    commandTopic.silent(process);
    clock.after(random.int(100, 5_000), () => this.start());
  }

  froze(process: Process): void {
    this.#world.commandTopic.silent(process);
  }

  resumed(): void {
    // It finds out by itself what it has lost.
  }

  #step(process: Process) {
    const { clock, random, faults } = this.#world;
    const alive = (): Promise<void> => new Promise((resolve) => process.when(() => process.state === 'running' && resolve()));
    return defineStep({
      name: 'step',
      input: z.any(),
      output: z.any(),
      run: async (input: { readonly node: string; readonly fails: number }, ctx) => {
        this.#begun(process, ctx);
        const takesMs = faults.strikes('step-hangs', 2) ? HANGS_MS : random.pick([1, 5, 20, 300, 2_000]);
        await new Promise<void>((resolve) => void clock.after(takesMs, () => process.when(resolve)));
        process.point('effect: before');
        await alive();
        if (ctx.attempt <= input.fails) throw new Scripted('as the program says');
        this.#effect(ctx);
        process.point('effect: after');
        await alive();
        return { done: input.node, attempt: ctx.attempt };
      },
    });
  }

  #begun(process: Process, { runId, stepId, attempt, signal }: StepContext): void {
    if (process.state !== 'running') return;
    const key = `${runId}/${stepId}/${attempt}`;
    increase(this.executions, key);
    signal.addEventListener('abort', () => {
      const { why } = signal.reason as { readonly why: string };
      if (why === 'lease-lost' || why === 'draining') increase(this.givenUp, key);
    });
  }

  /** In the step's own database, which has each idempotency key once. */
  #effect({ runId, stepId, idempotencyKey }: StepContext): void {
    if (this.#keysSeen.has(idempotencyKey)) return;
    this.#keysSeen.add(idempotencyKey);
    increase(this.effects, `${runId}/${stepId}`);
  }

  #send(process: Process, messages: readonly InboxMessage[]): Promise<void> {
    const anonymous = messages.map((message) => this.#anonymous(process, message));
    return process.call('answer.send', () => anonymous.forEach((message) => this.#arrives(process, message)));
  }

  #arrives(process: Process, message: InboxMessage): void {
    const { clock, random, faults } = this.#world;
    const receive = (): void => this.#world.inbox.receive(message, process.clock.nowMs());
    if (faults.strikes('result-late', 3)) clock.after(random.int(0, 14_000), receive);
    else receive();
    if (faults.strikes('result-twice', 5)) clock.after(random.int(0, 8_000), receive);
    this.#world.forger.hears(message);
  }

  /** The SDK names its process after the machine, which is no part of the seed. */
  #anonymous(process: Process, message: InboxMessage): InboxMessage {
    if (message.type === 'heartbeat') return { ...message, id: `heartbeat-${this.#heartbeats++}`, body: { ...message.body, worker: process.name } };
    return message.type === 'result' ? { ...message, body: { ...message.body, worker: process.name } } : message;
  }
}

class Scripted extends Error {
  override readonly name = 'Scripted';
}

const increase = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

const unused = (): Promise<never> => Promise.reject(new Error('A simulated step service does not use this'));
