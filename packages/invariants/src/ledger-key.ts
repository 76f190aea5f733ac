/** The parts of a command's key, runId/stepId/attempt; none of them holds a slash. */
export function partsOf(key: string): { readonly runId: string; readonly stepId: string } {
  const [runId = '', stepId = ''] = key.split('/');
  return { runId, stepId };
}
