/** How long things may take, and when the gateway stops trying. */
export interface FaultSettings {
  /** From when a request has arrived until it is answered. */
  readonly requestTimeoutMs: number;
  /** For a subgraph of the same process; one behind HTTP has its own. */
  readonly subgraphTimeoutMs: number;
  /** Requests that are carried out at once. */
  readonly inFlight: number;
  /** How late the process may be with what it has to do before it takes nothing new. */
  readonly delayMs: number;
  /** Connections that are open at once. */
  readonly connections: number;
  /** Requests whose bodies are under way at once, and what they may hold together. */
  readonly arriving: number;
  readonly arrivingBytes: number;
  /** How fast a body must come in, once it has taken so long. */
  readonly bodyBytesPerSecond: number;
  readonly bodyGraceMs: number;
  /** Failures in a row after which a subgraph is left alone. */
  readonly circuitFailures: number;
  /** Calls under way of which none ends for seconds, at which a subgraph is left alone too. */
  readonly circuitCalls: number;
  /** How often one that is left alone is tried again. */
  readonly circuitProbeMs: number;
}

export const FAULT_SETTINGS: FaultSettings = {
  requestTimeoutMs: 60_000,
  subgraphTimeoutMs: 30_000,
  inFlight: 500,
  delayMs: 1_000,
  connections: 30_000,
  arriving: 1_000,
  arrivingBytes: 256 * 1024 * 1024,
  bodyBytesPerSecond: 16_384,
  bodyGraceMs: 10_000,
  circuitFailures: 5,
  circuitCalls: 200,
  circuitProbeMs: 1_000,
};
