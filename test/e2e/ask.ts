/** The door's answer as it comes: no client that tries again. */
export interface Answer {
  readonly status: number;
  readonly ms: number;
  readonly retryAfter: string | null;
  readonly body: any;
}

/** @param body makes it a POST. */
export async function ask(baseUrl: string, path: string, body?: object): Promise<Answer> {
  const fromMs = Date.now();
  const answer = await fetch(`${baseUrl}${path}`, { signal: AbortSignal.timeout(30_000), ...(body !== undefined && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) });
  return { status: answer.status, ms: Date.now() - fromMs, retryAfter: answer.headers.get('retry-after'), body: await answer.json() };
}
