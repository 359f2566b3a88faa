import { Pool } from 'undici';
import { SetupError } from '../../subgraphs/kit/migrate';
import type { Running } from '../lifecycle';
import type { BenchHub } from './hub';
import { sum } from './statistics';

/** Asks the hub; throws when the answer is anything but data. */
export type Ask = (query: string, variables?: Record<string, unknown>) => Promise<unknown>;

/** Seconds of processor time. */
export interface Cpu {
  hub: number;
  postgres: number;
}

/** What a number of requests took. */
export interface Load {
  latenciesMs: number[];
  seconds: number;
  cpuSeconds: Cpu;
}

/** A unit of the demo as one who asks over connections that are kept. */
export async function callerOf(
  running: Running,
  hub: BenchHub,
  {
    agency,
    user,
    connections,
    headers: more = {},
  }: { agency: string; user?: string; connections: number; headers?: Record<string, string> },
): Promise<Ask> {
  const pool = new Pool(hub.url, { connections });
  running.add(() => pool.destroy());
  const headers = {
    ...more,
    'content-type': 'application/json',
    authorization: `Bearer ${await hub.token(agency, user)}`,
  };
  return async (query, variables = {}) => {
    const { body } = await pool.request({
      ...{ method: 'POST', path: '/graphql', headers },
      body: JSON.stringify({ query, variables }),
    });
    const answer = (await body.json()) as { data?: unknown; errors?: { message: string }[] };
    if (answer.errors) {
      throw new SetupError(
        `The hub refuses the query: ${answer.errors.map(({ message }) => message).join(' ')}`,
      );
    }
    return answer.data;
  };
}

/** Sends requests, so many at a time, until all are answered. */
export async function load(
  request: () => Promise<unknown>,
  { requests, concurrency, cpu }: { requests: number; concurrency: number; cpu: () => Cpu },
): Promise<Load> {
  const latenciesMs: number[] = [];
  let left = requests;
  const ask = async () => {
    while (left > 0) {
      left -= 1;
      const askedAt = performance.now();
      await request();
      latenciesMs.push(performance.now() - askedAt);
    }
  };
  const cpuBefore = cpu();
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: concurrency }, ask));
  const endedAt = performance.now();
  const { hub, postgres } = cpu();
  return {
    latenciesMs,
    seconds: (endedAt - startedAt) / 1000,
    cpuSeconds: { hub: hub - cpuBefore.hub, postgres: postgres - cpuBefore.postgres },
  };
}

export const together = (loads: readonly Load[]): Load => ({
  latenciesMs: loads.flatMap(({ latenciesMs }) => latenciesMs),
  seconds: sum(loads.map(({ seconds }) => seconds)),
  cpuSeconds: {
    hub: sum(loads.map(({ cpuSeconds }) => cpuSeconds.hub)),
    postgres: sum(loads.map(({ cpuSeconds }) => cpuSeconds.postgres)),
  },
});
