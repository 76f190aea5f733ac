/**
 * Accepting a start, whichever door it came through.
 *
 * Invariants:
 *  S1  accepted means that the log has acknowledged it;
 *  S2  the same workflow and idempotency key are the same run, and a repetition is sent again, since nobody knows whether
 *      the first one arrived: the engine takes a start of a run once;
 *  S3  the view being away never refuses a start.
 */
import { hash128, hashJson, LIMITS, runIdForKey, utf8Length, type DefinitionRef, type Json, type RunId, type StartMessage, type TraceContext } from '@baton/contracts';
import type { Clock, InboxSender, RunViews } from '@baton/ports';
import { withDeadline } from '../deadline.ts';
import type { KnownWorkflow } from '../definitions.ts';
import type { Log } from '../ports.ts';
import { Refusal } from '../refusal.ts';
import type { InputCheck } from './input-check.ts';

export interface StartRequest {
  readonly workflow: KnownWorkflow;
  readonly input: Json;
  readonly idempotencyKey: string;
  readonly via: 'api' | 'event';
  readonly by?: string | undefined;
  readonly trace?: TraceContext | undefined;
}

export interface AcceptedStart {
  readonly runId: RunId;
  readonly def: DefinitionRef;
  readonly input: Json;
  readonly acceptedMs: number;
}

export interface StartPorts {
  readonly inbox: InboxSender;
  readonly views: RunViews;
  readonly clock: Clock;
  readonly log: Log;
}

export interface StartOptions {
  readonly sendDeadlineMs: number;
  readonly reserveDeadlineMs: number;
}

export class Starts {
  readonly #ports: StartPorts;
  readonly #options: StartOptions;
  readonly #inputs: InputCheck;

  constructor(ports: StartPorts, options: StartOptions, inputs: InputCheck) {
    this.#ports = ports;
    this.#options = options;
    this.#inputs = inputs;
  }

  /**
   * @throws Refusal `payload_too_large`, `invalid_input`, `invalid_definition` or `idempotency_conflict`.
   * @throws OperatingError where the log has not acknowledged: the run may or may not have started, the same key finds out.
   */
  async accept(request: StartRequest): Promise<AcceptedStart> {
    const { workflow, input } = request;
    const bytes = utf8Length(JSON.stringify(input));
    if (bytes > LIMITS.payloadBytes) {
      throw new Refusal('payload_too_large', `Expected an input of at most ${LIMITS.payloadBytes} bytes, but found ${bytes}; upload large content to /v1/artifacts and pass the reference`);
    }
    this.#inputs.check(workflow, input);
    const runId = runIdForKey(workflow.def.name, request.idempotencyKey);
    const inputHash = hashJson(input);
    const before = await this.#reserve(runId, inputHash);
    if (before !== undefined && before !== inputHash) {
      throw new Refusal('idempotency_conflict', `The key of this request started ${runId} with another input; use a new key for a new run`);
    }
    const nowMs = this.#ports.clock.nowMs();
    const message: StartMessage = {
      v: 1,
      // The same for a repetition, another for another input: the engine sees which of both it has.
      id: `start-${hash128(`${runId}\n${inputHash}`)}`,
      runId,
      ts: nowMs,
      type: 'start',
      body: { def: workflow.def, input, inputHash, idempotencyKey: request.idempotencyKey, via: request.via },
      ...(request.by !== undefined && { by: request.by }),
      ...(request.trace !== undefined && { trace: request.trace }),
    };
    await withDeadline(this.#ports.clock, this.#options.sendDeadlineMs, 'Kafka', this.#ports.inbox.send([message]));
    return { runId, def: workflow.def, input, acceptedMs: nowMs };
  }

  async #reserve(runId: string, inputHash: string): Promise<string | undefined> {
    const { clock, views, log } = this.#ports;
    try {
      return await withDeadline(clock, this.#options.reserveDeadlineMs, 'The view', views.reserveStart(runId, inputHash));
    } catch (error) {
      log.warn({ runId, reason: (error as Error).message }, 'start accepted without the view: a conflicting key will be found by the engine');
      return undefined;
    }
  }
}
