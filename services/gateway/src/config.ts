import { LIMITS } from '@baton/contracts';

/** How the door behaves. Everything has a default; times in milliseconds, sizes in bytes. */
export interface GatewayConfig {
  /** Part of every topic name. Default `default`. */
  readonly namespace: string;
  /** Address to listen on. Default 127.0.0.1: there is no authentication, so other machines must be let in on purpose. */
  readonly host: string;
  /** Default 7400; 0 takes a free one. */
  readonly port: number;
  /**
   * Names by which a browser may reach us, beside addresses and localhost. A page of another site can make a browser
   * send requests to us; the Host and Origin headers tell. Default none.
   */
  readonly allowedHosts: readonly string[];
  /** Until Kafka has acknowledged a message, or the caller is told to try again. Default 10 s. */
  readonly sendDeadlineMs: number;
  /** For one read of a view. Default 3 s. */
  readonly viewDeadlineMs: number;
  /** For remembering a start's input in the view; a start goes on without it. Default 500 ms. */
  readonly reserveDeadlineMs: number;
  /** For the view to show what has become of an answer that the log has. Default 2 s; then it is accepted, and that is all that is said. */
  readonly answerWaitMs: number;
  /** For a JSON body to arrive, and between two pieces of an upload. Default 30 s. */
  readonly bodyDeadlineMs: number;
  readonly maxBodyBytes: number;
  readonly maxArtifactBytes: number;
  /** A request event may overtake the definition it needs. Default 5 s. */
  readonly unknownWorkflowWaitMs: number;
  readonly watch: {
    /** Between two looks at a watched run. Default 250 ms. */
    readonly pollMs: number;
    /** Over all runs. Default 1,000. */
    readonly maxWatchers: number;
    /** Between two comments that keep proxies from closing the stream. Default 15 s. */
    readonly heartbeatMs: number;
    /** A watcher that has so much unread is cut off; it resumes where it was. Default 1 MiB. */
    readonly maxUnreadBytes: number;
  };
  /** Between two checks that the view of the dead letters has not been wiped. Default 3 s. */
  readonly projectionCheckMs: number;
  /** Whether definitions are taken by HTTP. Default false: then services alone publish them. */
  readonly takesDefinitions: boolean;
  /** Shown by the index. */
  readonly version: string;
}

export const DEFAULT_PORT = 7_400;

export type GatewayOptions = Partial<Omit<GatewayConfig, 'watch'>> & { readonly watch?: Partial<GatewayConfig['watch']> };

export function gatewayConfig(options: GatewayOptions = {}): GatewayConfig {
  return {
    namespace: 'default',
    host: '127.0.0.1',
    port: DEFAULT_PORT,
    allowedHosts: [],
    sendDeadlineMs: 10_000,
    viewDeadlineMs: 3_000,
    reserveDeadlineMs: 500,
    answerWaitMs: 2_000,
    bodyDeadlineMs: 30_000,
    maxBodyBytes: LIMITS.recordBytes,
    maxArtifactBytes: LIMITS.artifactBytes,
    unknownWorkflowWaitMs: 5_000,
    projectionCheckMs: 3_000,
    takesDefinitions: false,
    version: '0.1.0',
    ...options,
    watch: { pollMs: 250, maxWatchers: 1_000, heartbeatMs: 15_000, maxUnreadBytes: 1_048_576, ...options.watch },
  };
}
