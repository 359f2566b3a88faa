import { post, readObject, request, unusable } from './http';
import type { Identity } from './identity';
import { Trouble } from './trouble';

const UNITS_PATH = '/demo/units';
const TOKEN_PATH = '/demo/token';

export interface DemoUnit {
  code: string;
  name: string;
  jurisdiction: string;
}

export interface Demo {
  units: DemoUnit[];
  roles: string[];
}

/** The units through which the graph can be looked at, or null: the hub has no demo data. Throws `Trouble`. */
export async function loadDemo(): Promise<Demo | null> {
  const response = await request(UNITS_PATH);
  const body: Partial<Demo> = await readObject(UNITS_PATH, response);
  if (!body.units || !body.roles) throw unusable(UNITS_PATH, response);
  return body.units.length > 0 ? { units: body.units, roles: body.roles } : null;
}

/** The bearer tokens of the demo units. They live in memory and nowhere else. */
export interface Tokens {
  /** A token of the unit other than the one that the hub refused. Throws `Trouble` when the hub mints none. */
  of(identity: Identity, refused?: string): Promise<string>;
}

export function createTokens(): Tokens {
  const minted = new Map<string, string>();
  return {
    of: async (identity, refused) => {
      const key = JSON.stringify([identity.agency, identity.role]);
      const known = minted.get(key);
      if (known && known !== refused) return known;
      const token = await mint(identity);
      minted.set(key, token);
      return token;
    },
  };
}

async function mint({ agency, role }: Identity): Promise<string> {
  const response = await post(TOKEN_PATH, { agency, role });
  const { token, error }: { token?: string; error?: string } = await readObject(TOKEN_PATH, response);
  if (token) return token;
  throw error ? new Trouble((messages) => messages.noToken(error)) : unusable(TOKEN_PATH, response);
}
