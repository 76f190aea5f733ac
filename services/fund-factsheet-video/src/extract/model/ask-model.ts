/** One question to an OpenAI-compatible endpoint (`POST <base>/chat/completions`) by fetch, with a time-out and an abort. */
export interface ModelEndpoint {
  /** Such as `https://host/v1`. */
  readonly url: string;
  readonly model: string;
  /** Sent as a bearer token; none where absent. */
  readonly apiKey?: string;
  /** Longest wait for an answer. Default 60,000 ms. */
  readonly timeoutMs?: number;
}

/** The provider did not answer as agreed. Technical: the workflow retries it. */
export class ModelProviderError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ModelProviderError';
  }
}

const MAX_ANSWER_BYTES = 1_000_000;

/**
 * @returns the JSON object of the answer, unchecked
 * @throws ModelProviderError when there is no answer in time, an error status, or no JSON
 * @throws the signal's reason when it fires
 */
export async function askModel(endpoint: ModelEndpoint, question: { system: string; user: string; schema: Record<string, unknown> }, signal?: AbortSignal): Promise<unknown> {
  const timeout = AbortSignal.timeout(endpoint.timeoutMs ?? 60_000);
  const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  let body: string;
  try {
    const response = await fetch(`${endpoint.url.replace(/\/+$/u, '')}/chat/completions`, {
      method: 'POST', signal: either, redirect: 'error',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...(endpoint.apiKey === undefined ? {} : { authorization: `Bearer ${endpoint.apiKey}` }) },
      body: JSON.stringify({
        model: endpoint.model, temperature: 0,
        messages: [{ role: 'system', content: question.system }, { role: 'user', content: question.user }],
        response_format: { type: 'json_schema', json_schema: { name: 'factsheet', strict: true, schema: question.schema } },
      }),
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new ModelProviderError(`The model provider answered with status ${response.status}`);
    }
    body = await limited(response);
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof ModelProviderError) throw cause;
    throw new ModelProviderError(timeout.aborted ? `The model provider did not answer within ${endpoint.timeoutMs ?? 60_000} ms` : 'The model provider could not be reached', { cause });
  }
  return contentOf(body);
}

async function limited(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += (chunk as Uint8Array).byteLength;
    if (bytes > MAX_ANSWER_BYTES) throw new ModelProviderError(`The model provider answered with more than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function contentOf(body: string): unknown {
  try {
    const answer = JSON.parse(body) as { choices?: { message?: { content?: unknown } }[] };
    const content = answer.choices?.[0]?.message?.content;
    if (typeof content !== 'string') throw new Error('no text in choices[0].message.content');
    return JSON.parse(content.replace(/^\s*```(?:json)?\s*|\s*```\s*$/gu, ''));
  } catch (cause) {
    throw new ModelProviderError('The model provider\'s answer is not the JSON that was asked for', { cause });
  }
}
