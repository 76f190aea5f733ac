/** Environment variables as a value: the caller's, so that a test can give its own. */
export type Environment = Readonly<Record<string, string | undefined>>;
