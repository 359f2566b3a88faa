import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** A unit of the demo data, as the page offers it to look at the graph through. */
export interface DemoUnit {
  code: string;
  name: string;
  /** The full name of the unit's own jurisdiction, for example 上海市青浦区金泽镇. */
  jurisdiction: string;
}

export interface DemoOptions {
  units(): Promise<DemoUnit[]>;
  roles: readonly string[];
  /** A bearer token for one of the units in one of the roles; called for those only. */
  mint(request: { agency: string; role: string }): Promise<string>;
}

export interface PagesOptions {
  /** Where `npm run build:web` left the page: holds `index.html` and `assets/`. */
  directory: string;
  /** Only for a hub with demo data: lets anyone who can reach the hub act as any demo unit. */
  demo?: DemoOptions;
}

/**
 * What the browser holds the page to: its own scripts, and its own host for whatever it asks. `data:` is for the fonts
 * and images in GraphiQL's styles; the editor sets styles of its own.
 */
const SECURITY_HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "connect-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self' data:",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/**
 * The analysts' page, as a Fastify plugin: `/graphiql` and its assets, `/` redirecting there, and the two routes by
 * which the page looks at the graph as a demo unit:
 *
 * - `GET /demo/units` answers `{ "units": [{ "code", "name", "jurisdiction" }], "roles": [] }`, both empty without
 *   `demo`: the page asks every hub, and a browser reports a missing route as an error to whoever opens its console;
 * - `POST /demo/token`, there only with `demo`, takes `{ "agency", "role" }` and answers `{ "token" }`; a body that asks
 *   for no demo unit in one of the roles is refused with 400 and `{ "error" }`, one sentence.
 *
 * A page that is not built is answered with 503 and a sentence that says how to build it.
 */
export async function pages(app: FastifyInstance, { directory, demo }: PagesOptions): Promise<void> {
  // For each answer, the workers' scripts among them: a worker goes by the policy that its own script came with.
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(SECURITY_HEADERS);
  });
  app.get('/', async (_request, reply) => reply.redirect('/graphiql'));
  app.get('/graphiql/', async (_request, reply) => reply.redirect('/graphiql'));
  app.get('/graphiql', async (_request, reply) => sendPage(reply, directory));
  await app.register(fastifyStatic, {
    root: join(directory, 'assets'),
    prefix: '/graphiql/assets/',
    index: false,
    decorateReply: false,
    // The names carry a hash of the content: what a name stands for never changes.
    immutable: true,
    maxAge: '1y',
    preCompressed: true,
    setHeaders: (response) => {
      response.setHeader('vary', 'accept-encoding');
    },
  });
  app.get('/demo/units', DEMO_ROUTE, async (_request, reply) =>
    reply
      .header('cache-control', 'no-cache')
      .send(demo ? { units: await demo.units(), roles: demo.roles } : { units: [], roles: [] }),
  );
  if (demo) registerTokens(app, demo);
}

async function sendPage(reply: FastifyReply, directory: string): Promise<FastifyReply> {
  // Read for each request: a hub that started before the build serves the page as soon as it is there.
  const page = await readFile(join(directory, 'index.html')).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  reply.header('cache-control', 'no-cache');
  if (page) return reply.type('text/html; charset=utf-8').send(page);
  return reply
    .code(503)
    .type('text/plain; charset=utf-8')
    .send('The page is not built yet: run `npm run build:web`, then load it again.\n');
}

function registerTokens(app: FastifyInstance, demo: DemoOptions): void {
  app.post('/demo/token', DEMO_ROUTE, async (request, reply) => {
    const wanted = readTokenRequest(request.body);
    if (!wanted) {
      return refuse(reply, 'The body must be a JSON object with the texts "agency" and "role".');
    }
    if (!demo.roles.includes(wanted.role)) {
      return refuse(reply, `There is no role "${wanted.role}"; choose one of ${demo.roles.join(', ')}.`);
    }
    const units = await demo.units();
    if (!units.some((unit) => unit.code === wanted.agency)) {
      return refuse(reply, `There is no demo unit "${wanted.agency}"; GET /demo/units lists them.`);
    }
    return reply.header('cache-control', 'no-store').send({ token: await demo.mint(wanted) });
  });
}

function readTokenRequest(body: unknown): { agency: string; role: string } | null {
  if (typeof body !== 'object' || body === null || !('agency' in body) || !('role' in body)) return null;
  const { agency, role } = body;
  return typeof agency === 'string' && typeof role === 'string' ? { agency, role } : null;
}

const refuse = (reply: FastifyReply, error: string): FastifyReply => reply.code(400).send({ error });

/** Fastify's own refusals (a body that is no JSON, too long, of another type) are for the caller; the rest is a bug. */
const DEMO_ROUTE = {
  bodyLimit: 4096,
  errorHandler: (error: FastifyError, _request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    // What is thrown here goes on to the hub's own handler, which logs it.
    if (!error.statusCode || error.statusCode >= 500) throw error;
    return reply.code(error.statusCode).send({ error: `The request cannot be read: ${error.message}.` });
  },
};
