export interface Finding {
  readonly what: string;
  readonly state: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  /** What to do. */
  readonly mend?: string;
}

/** Clocks that are further apart are told of. */
export const MAX_SKEW_MS = 2_000;

/** Looks; what does not answer is a finding too. */
export async function looking(what: string, mend: string, look: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    return [{ what, state: 'fail', detail: (error as Error).message.split('\n')[0] ?? '', mend }];
  }
}
