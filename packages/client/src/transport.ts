/** One HTTP call to the gateway, with a deadline, and errors that say what happened. */
import { BatonError, errorOf } from './baton-error.ts';

export interface CallOptions {
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: NonNullable<RequestInit['body']>;
  readonly signal?: AbortSignal | undefined;
  /** Until the answer begins; absent: the client's own. 0: none. */
  readonly timeoutMs?: number;
}

export interface TransportOptions {
  readonly baseUrl: string;
  readonly fetch: typeof fetch;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export class Transport {
  readonly #options: TransportOptions;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  get baseUrl(): string {
    return this.#options.baseUrl;
  }

  /** @throws BatonError for anything but a success. */
  async call(path: string, { method = 'GET', headers, body, signal, timeoutMs = this.#options.timeoutMs }: CallOptions = {}): Promise<Response> {
    const deadline = new AbortController();
    const timer = timeoutMs === 0 ? undefined : setTimeout(() => deadline.abort(), timeoutMs);
    try {
      const response = await this.#options.fetch(`${this.#options.baseUrl}${path}`, {
        method,
        headers: { ...this.#options.headers, ...headers },
        ...(body !== undefined && { body }),
        signal: signal === undefined ? deadline.signal : AbortSignal.any([signal, deadline.signal]),
        redirect: 'error',
      });
      if (!response.ok) throw await errorOf(response);
      return response;
    } catch (cause) {
      if (cause instanceof BatonError) throw cause;
      if (signal?.aborted === true) throw signal.reason;
      if (deadline.signal.aborted) throw new BatonError('timeout', `The gateway at ${this.#options.baseUrl} has not answered within ${timeoutMs} ms`, { status: 0, cause });
      throw new BatonError('unreachable', `No gateway answers at ${this.#options.baseUrl} (${reasonOf(cause)})`, { status: 0, cause });
    } finally {
      clearTimeout(timer);
    }
  }

  /** @throws BatonError. The answer is taken at its word: a newer gateway may say more than this client knows. */
  async json<T>(path: string, options: CallOptions = {}): Promise<T> {
    const response = await this.call(path, options);
    try {
      return (await response.json()) as T;
    } catch (cause) {
      throw new BatonError('not_baton', `Expected JSON from ${this.#options.baseUrl}${path.split('?')[0]}, but found ${response.headers.get('content-type') ?? 'something else'}`, { status: response.status, cause });
    }
  }

  post<T>(path: string, body: unknown, options: CallOptions = {}): Promise<T> {
    return this.#send<T>(path, body, { ...options, method: 'POST' });
  }

  put<T>(path: string, body: unknown, options: CallOptions = {}): Promise<T> {
    return this.#send<T>(path, body, { ...options, method: 'PUT' });
  }

  #send<T>(path: string, body: unknown, options: CallOptions): Promise<T> {
    return this.json<T>(path, { ...options, headers: { 'content-type': 'application/json', ...options.headers }, body: JSON.stringify(body) });
  }
}

/** fetch hides the reason, such as ECONNREFUSED, in the cause; of several addresses in the causes of that. */
function reasonOf(error: unknown): string {
  const cause = (error as { cause?: unknown }).cause;
  const code = (cause as { code?: unknown } | undefined)?.code;
  if (typeof code === 'string') return code;
  return cause instanceof Error ? cause.message : error instanceof Error ? error.message : String(error);
}

export function query(values: Readonly<Record<string, string | number | undefined>>): string {
  const set = Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as [string, string]]));
  return set.length === 0 ? '' : `?${new URLSearchParams(set)}`;
}
