import { randomUUID } from 'node:crypto';
import type { AnswerTaskResponse, ArtifactRef, CancelRunResponse, ChangeVersionRequest, CompensationResponse, DeadLetterList, DeadLetterView, DeployWorkflowRequest, DeployWorkflowResponse, Json, JsonObject, ReplayResponse, RetryCompensationRequest, RunHistory, RunList, RunStatus, RunView, SetAliasRequest, SignalRunResponse, SkipCompensationRequest, StartRunResponse, TaskList, TaskView, WorkflowList, WorkflowView } from '@baton/contracts';
import { download, downloadTo, upload, type UploadOptions } from './artifacts.ts';
import { BatonError } from './baton-error.ts';
import { DEFAULT_RETRY, isTransient, retried, type RetryOptions } from './retry.ts';
import { query, Transport, type CallOptions } from './transport.ts';
import { watchRun, type RunUpdate, type WatchOptions } from './watch.ts';

export interface ClientOptions {
  /** Address of the gateway. Default http://127.0.0.1:7400. */
  readonly baseUrl?: string;
  /** How calls are repeated that failed for the moment. All of them may be: a start carries its key. */
  readonly retry?: Partial<RetryOptions>;
  /** Until one answer begins. Default 30 s. */
  readonly timeoutMs?: number;
  /** Sent with every call. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: the global one. */
  readonly fetch?: typeof fetch;
  /** A stream of events that is silent for so long is opened again. Default 45 s. */
  readonly watchIdleMs?: number;
}

export interface StartOptions {
  /** Which version: its number or an alias. Default `live`. */
  readonly version?: number | string;
  /** Same key, same run. Default: a random one, so that the client's own retries start one run. */
  readonly idempotencyKey?: string;
  /** W3C trace context to go on in. */
  readonly traceparent?: string;
  readonly signal?: AbortSignal;
}

export interface Signalled {
  readonly signal?: AbortSignal;
}

export interface SignalOptions extends Signalled {
  /** Same id, same signal. Default: a random one, so that the client's own retries are one signal. */
  readonly id?: string;
}

export interface AnswerOptions extends Signalled {
  /** Who answers, for people. */
  readonly by?: string;
  /** Same id, same answer. Default: a random one, so that the client's own retries are one answer. */
  readonly id?: string;
}

export interface WaitOptions extends Signalled {
  /** Default: for ever. */
  readonly timeoutMs?: number;
}

/** Every method throws BatonError. */
export interface BatonClient {
  readonly baseUrl: string;
  /** Resolves once the start is on the log: from then on the run is not lost. */
  start(workflow: string, input: Json, options?: StartOptions): Promise<StartRunResponse>;
  get(runId: string, options?: Signalled): Promise<RunView>;
  /** Newest update first. */
  list(query?: { readonly status?: RunStatus; readonly workflow?: string; readonly limit?: number; readonly cursor?: string }, options?: Signalled): Promise<RunList>;
  /** Oldest first; `nextAfter` of the answer is the next `after`. */
  history(runId: string, query?: { readonly after?: number; readonly limit?: number }, options?: Signalled): Promise<RunHistory>;
  /** Follows the run to its end, across broken connections and restarts of the gateway. */
  watch(runId: string, options?: WatchOptions): AsyncGenerator<RunUpdate>;
  /** The run when it has ended, however it ended; where it has gone on as another, that one, to the last of the chain. @throws BatonError `timeout`; the run goes on. */
  wait(runId: string, options?: WaitOptions): Promise<RunView>;
  /**
   * Tells a run something; resolves once it is on the log. A state that waits for this name takes it, else it is kept until one does.
   * @param data what the state gets; default null.
   */
  signal(runId: string, name: string, data?: Json, options?: SignalOptions): Promise<SignalRunResponse>;
  /** What people are asked at the moment, newest first. */
  tasks(query?: { readonly assignee?: string; readonly workflow?: string; readonly limit?: number; readonly cursor?: string }, options?: Signalled): Promise<TaskList>;
  /** What a person is asked, or what became of it. */
  task(taskId: string, options?: Signalled): Promise<TaskView>;
  /**
   * Answers what a person is asked. `answered`: it was taken; `accepted`: it is on the log, and whether it is the first is not known yet.
   * @throws BatonError `invalid_answer` with what does not fit the form, `task_answered` where somebody was faster, `task_closed`.
   */
  answer(taskId: string, answer: JsonObject, options?: AnswerOptions): Promise<AnswerTaskResponse>;
  cancel(runId: string, reason?: string, options?: Signalled): Promise<CancelRunResponse>;
  /**
   * Goes on with a run that is parked since a compensation has failed: that is tried again. Resolves once it is on the log.
   * @throws BatonError `nothing_to_undo` where the run does not wait with one, or with another than `step`.
   */
  retryCompensation(runId: string, request?: RetryCompensationRequest, options?: Signalled): Promise<CompensationResponse>;
  /** As `retryCompensation`, but this one is left as it is, and the rest is undone. */
  skipCompensation(runId: string, request: SkipCompensationRequest, options?: Signalled): Promise<CompensationResponse>;
  workflows(options?: Signalled): Promise<WorkflowList>;
  /** One workflow with its versions and aliases. */
  workflow(name: string, options?: Signalled): Promise<WorkflowView>;
  /** Starts that ask for the alias take these from now on; of two each its share by weight. `live` is what others take. */
  setAlias(workflow: string, alias: string, request: SetAliasRequest, options?: Signalled): Promise<WorkflowView>;
  removeAlias(workflow: string, alias: string, options?: Signalled): Promise<WorkflowView>;
  /** No new starts on this version; what runs goes on. */
  retireVersion(workflow: string, version: number, request?: ChangeVersionRequest, options?: Signalled): Promise<WorkflowView>;
  /** Takes starts on a retired version again. */
  bringBackVersion(workflow: string, version: number, options?: Signalled): Promise<WorkflowView>;
  /** For good; a version that was retired an hour ago or earlier and that no run needs. */
  deleteVersion(workflow: string, version: number, options?: Signalled): Promise<WorkflowView>;
  /**
   * Makes a definition the one that new runs of this name take, where the gateway takes definitions. The same one again changes nothing.
   * @throws BatonError `invalid_definition` with every mistake, `workflow_taken` where a service publishes it, `deploy_not_allowed`.
   */
  deploy(name: string, definition: DeployWorkflowRequest, options?: Signalled): Promise<DeployWorkflowResponse>;
  /** @param source path of a file, or the bytes. */
  uploadArtifact(source: string | Uint8Array, options?: UploadOptions): Promise<ArtifactRef>;
  downloadArtifact(ref: string | ArtifactRef, options?: Signalled): Promise<Uint8Array>;
  /** Writes the file whole or not at all; one that is there is replaced. */
  downloadArtifactTo(ref: string | ArtifactRef, path: string, options?: Signalled): Promise<void>;
  deadLetters(query?: { readonly limit?: number; readonly cursor?: string }, options?: Signalled): Promise<DeadLetterList>;
  deadLetter(id: string, options?: Signalled): Promise<DeadLetterView>;
  /** Sends a dead letter again, with another value where one is given. `sent` is false where it had been sent before. */
  replay(id: string, value?: Json, options?: Signalled): Promise<ReplayResponse>;
  /** What the gateway says of itself, also where it is not ready. */
  readiness(options?: Signalled): Promise<{ readonly status: string; readonly checks: Readonly<Record<string, { readonly ok: boolean; readonly required: boolean; readonly detail?: string }>>; readonly nowMs: number }>;
}

/** So long after it was heard of here, a run may be unknown to a gateway that does not have it in its view yet. */
const SETTLING_MS = 15_000;
/** Asks for no entries, only for the end. */
const BEYOND_EVERY_SEQ = 999_999_999_999_999;

export function createClient(options: ClientOptions = {}): BatonClient {
  const baseUrl = (options.baseUrl ?? 'http://127.0.0.1:7400').replace(/\/+$/, '');
  if (!/^https?:\/\//.test(baseUrl)) throw new TypeError(`Expected baseUrl to begin with http:// or https://, but found ${JSON.stringify(baseUrl)}`);
  const retry = { ...DEFAULT_RETRY, ...options.retry };
  const transport = new Transport({ baseUrl, fetch: options.fetch ?? fetch, headers: options.headers ?? {}, timeoutMs: options.timeoutMs ?? 30_000 });
  /** Runs that this client has started or was shown the id of, and when. */
  const heardOf = new Map<string, number>();
  const hearOf = (runId: string): void => {
    if (heardOf.size >= 1_000) heardOf.delete(heardOf.keys().next().value ?? '');
    heardOf.set(runId, Date.now());
  };
  /** A run names the one it has gone on as, and those it has started, before they are there. */
  const hearOfNext = ({ continuedAs, steps }: RunView): void => {
    if (continuedAs !== undefined) hearOf(continuedAs);
    for (const { child } of steps) if (child !== undefined) hearOf(child.runId);
  };

  const again = <T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> => retried(call, retry, signal);
  const read = <T>(path: string, signal?: AbortSignal): Promise<T> => again(() => transport.json<T>(path, { signal }), signal);
  const post = <T>(path: string, body: unknown, call: CallOptions = {}): Promise<T> => again(() => transport.post<T>(path, body, call), call.signal);
  const settling = (runId: string) => (error: unknown): boolean => isTransient(error) || (error instanceof BatonError && error.code === 'unknown_run' && Date.now() - (heardOf.get(runId) ?? 0) < SETTLING_MS);
  const readRun = <T>(runId: string, path: string, signal?: AbortSignal): Promise<T> => retried(() => transport.json<T>(`/v1/runs/${encodeURIComponent(runId)}${path}`, { signal }), retry, signal, settling(runId));
  const getRun = async (runId: string, signal?: AbortSignal): Promise<RunView> => {
    const run = await readRun<RunView>(runId, '', signal);
    hearOfNext(run);
    return run;
  };
  async function* watch(runId: string, watchOptions: WatchOptions = {}): ReturnType<BatonClient['watch']> {
    for await (const update of watchRun(transport, runId, watchOptions, { retry, idleMs: options.watchIdleMs ?? 45_000, transient: settling(runId) })) {
      if (update.type === 'run') hearOfNext(update.run);
      yield update;
    }
  }

  const wait: BatonClient['wait'] = async (runId, { timeoutMs, signal } = {}) => {
    const beganMs = Date.now();
    const late = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
    const signals = [late, signal].filter((one) => one !== undefined);
    try {
      for await (const update of watch(runId, { after: BEYOND_EVERY_SEQ, ...(signals.length > 0 && { signal: AbortSignal.any(signals) }) })) if (update.type === 'end') break;
    } catch (error) {
      if (late?.aborted === true && signal?.aborted !== true) throw new BatonError('timeout', `The run ${runId} has not ended within ${timeoutMs} ms; it goes on`, { status: 0, cause: error });
      throw error;
    }
    const run = await getRun(runId, signal);
    if (run.continuedAs === undefined) return run;
    return wait(run.continuedAs, { ...(timeoutMs !== undefined && { timeoutMs: Math.max(1, timeoutMs - (Date.now() - beganMs)) }), ...(signal !== undefined && { signal }) });
  };

  return {
    baseUrl,
    async start(workflow, input, { version, idempotencyKey = randomUUID(), traceparent, signal } = {}) {
      const answer = await post<StartRunResponse>('/v1/runs', { workflow, ...(version !== undefined && { version }), input, idempotencyKey }, { signal, headers: traceparent === undefined ? {} : { traceparent } });
      hearOf(answer.runId);
      return answer;
    },
    get: (runId, { signal } = {}) => getRun(runId, signal),
    list: (filter = {}, { signal } = {}) => read<RunList>(`/v1/runs${query(filter)}`, signal),
    history: (runId, page = {}, { signal } = {}) => readRun<RunHistory>(runId, `/history${query(page)}`, signal),
    watch,
    wait,
    signal: (runId, name, data = null, { id = randomUUID(), signal } = {}) =>
      retried(() => transport.post<SignalRunResponse>(`/v1/runs/${encodeURIComponent(runId)}/signals/${encodeURIComponent(name)}`, { data, id }, { signal }), retry, signal, settling(runId)),
    tasks: (filter = {}, { signal } = {}) => read<TaskList>(`/v1/tasks${query(filter)}`, signal),
    task: (taskId, { signal } = {}) => read<TaskView>(`/v1/tasks/${encodeURIComponent(taskId)}`, signal),
    answer: (taskId, answer, { by, id = randomUUID(), signal } = {}) => post<AnswerTaskResponse>(`/v1/tasks/${encodeURIComponent(taskId)}/answer`, { answer, id, ...(by !== undefined && { by }) }, { signal }),
    cancel: (runId, reason, { signal } = {}) => post<CancelRunResponse>(`/v1/runs/${encodeURIComponent(runId)}/cancel`, reason === undefined ? {} : { reason }, { signal }),
    retryCompensation: (runId, request = {}, { signal } = {}) => post<CompensationResponse>(`/v1/runs/${encodeURIComponent(runId)}/compensation/retry`, { id: randomUUID(), ...request }, { signal }),
    skipCompensation: (runId, request, { signal } = {}) => post<CompensationResponse>(`/v1/runs/${encodeURIComponent(runId)}/compensation/skip`, { id: randomUUID(), ...request }, { signal }),
    workflows: ({ signal } = {}) => read<WorkflowList>('/v1/workflows', signal),
    workflow: (name, { signal } = {}) => read<WorkflowView>(pathOf(name), signal),
    setAlias: (name, alias, request, { signal } = {}) => post<WorkflowView>(pathOf(name, 'aliases', alias), request, { signal }),
    removeAlias: (name, alias, { signal } = {}) => post<WorkflowView>(pathOf(name, 'aliases', alias, 'remove'), {}, { signal }),
    retireVersion: (name, version, request = {}, { signal } = {}) => post<WorkflowView>(pathOf(name, 'versions', `${version}`, 'retire'), request, { signal }),
    bringBackVersion: (name, version, { signal } = {}) => post<WorkflowView>(pathOf(name, 'versions', `${version}`, 'bring-back'), {}, { signal }),
    deleteVersion: (name, version, { signal } = {}) => post<WorkflowView>(pathOf(name, 'versions', `${version}`, 'delete'), {}, { signal }),
    deploy: (name, definition, { signal } = {}) => again(() => transport.put<DeployWorkflowResponse>(`/v1/workflows/${encodeURIComponent(name)}`, definition, { signal }), signal),
    uploadArtifact: (source, uploadOptions = {}) => again(() => upload(transport, source, uploadOptions), uploadOptions.signal),
    downloadArtifact: (ref, { signal } = {}) => again(() => download(transport, hashOf(ref), signal), signal),
    downloadArtifactTo: (ref, path, { signal } = {}) => again(() => downloadTo(transport, hashOf(ref), path, signal), signal),
    deadLetters: (page = {}, { signal } = {}) => read<DeadLetterList>(`/v1/dead-letters${query(page)}`, signal),
    deadLetter: (id, { signal } = {}) => read<DeadLetterView>(`/v1/dead-letters/${encodeURIComponent(id)}`, signal),
    replay: (id, value, { signal } = {}) => post<ReplayResponse>(`/v1/dead-letters/${encodeURIComponent(id)}/replay`, value === undefined ? {} : { value }, { signal }),
    readiness: async ({ signal } = {}) => {
      const response = await (options.fetch ?? fetch)(`${baseUrl}/readyz`, { signal: signal === undefined ? AbortSignal.timeout(10_000) : signal }).catch((cause: unknown) => {
        throw new BatonError('unreachable', `No gateway answers at ${baseUrl}`, { status: 0, cause });
      });
      const text = await response.text();
      try {
        return JSON.parse(text) as never;
      } catch (cause) {
        throw new BatonError('not_baton', `Expected a Baton gateway at ${baseUrl}, but found HTTP ${response.status}`, { status: response.status, cause });
      }
    },
  };
}

const pathOf = (...parts: readonly string[]): string => `/v1/workflows/${parts.map(encodeURIComponent).join('/')}`;
const hashOf = (ref: string | ArtifactRef): string => (typeof ref === 'string' ? ref : ref.hash);
