/** What the command takes from the process, so that tests can give it another one. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export interface EmbeddedSystem {
  readonly url: string;
  stop(): Promise<void>;
}

export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: AsyncIterable<Uint8Array | string>;
  /** Aborted when the person stops the command. */
  readonly signal: AbortSignal;
  nowMs(): number;
  /** The whole system in one process; loaded when asked for, since it brings everything along. */
  startEmbedded(options: { readonly port: number; readonly host: string; readonly directory: string | undefined; readonly verbose: boolean }): Promise<EmbeddedSystem>;
}
