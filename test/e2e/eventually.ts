/** Waits for a condition with a deadline; what it waited for is in the message when it did so in vain. */
export async function eventually<T>(look: () => Promise<T | undefined | false> | T | undefined | false, what: string, deadlineMs = 60_000, context: () => string = () => ''): Promise<T> {
  const until = Date.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > until) throw new Error(`Waited in vain for ${what}\n${context()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
