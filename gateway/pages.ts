import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import helmet, { type FastifyHelmetOptions } from '@fastify/helmet';
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
  /** Where `npm run build:web` left the pages: an HTML file each, and `assets/`. */
  directory: string;
  /** Only for a hub with demo data: lets anyone who can reach the hub act as any demo unit. */
  demo?: DemoOptions;
}

/** What the browser holds a page to: its own scripts and styles, and its own host for whatever it asks. */
const CONTENT_SECURITY_POLICY = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    workerSrc: ["'self'"],
    connectSrc: ["'self'"],
    styleSrc: ["'self'"],
    fontSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
} satisfies FastifyHelmetOptions['contentSecurityPolicy'];

/** `/graphiql` alone is granted more: its editor makes styles of its own. */
const EDITOR_POLICY = {
  useDefaults: false,
  directives: {
    ...CONTENT_SECURITY_POLICY.directives,
    styleSrc: ["'self'", "'unsafe-inline'"],
  },
} satisfies FastifyHelmetOptions['contentSecurityPolicy'];

const HTML: Record<string, string> = {
  '/board': 'board.html',
  '/board/report': 'board.html',
  '/labor-flow': 'labor-flow.html',
  '/graphiql': 'graphiql.html',
};

/**
 * The pages, as a Fastify plugin: the live board at `/board` and its month's report at `/board/report`, labor flow at
 * `/labor-flow`, the workbench at `/graphiql`, their assets, `/` leading to the workbench, and the two routes by which they look at the graph as a
 * demo unit:
 *
 * - `GET /demo/units` answers `{ "units": [{ "code", "name", "jurisdiction" }], "roles": [] }`, both empty without
 *   `demo`: the pages ask every hub, and a browser reports a missing route as an error to whoever opens its console;
 * - `POST /demo/token`, there only with `demo`, takes `{ "agency", "role" }` and answers `{ "token" }`; a body that asks
 *   for no demo unit in one of the roles is refused with 400 and `{ "error" }`, one sentence.
 *
 * A page that is not built is answered with 503 and a sentence that says how to build it.
 */
export async function pages(app: FastifyInstance, { directory, demo }: PagesOptions): Promise<void> {
  // For each answer, the workers' scripts among them: a worker goes by the policy that its own script came with.
  await app.register(helmet, {
    contentSecurityPolicy: CONTENT_SECURITY_POLICY,
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  });
  app.get('/', async (_request, reply) => reply.redirect('/graphiql'));
  for (const [address, file] of Object.entries(HTML)) {
    const helmetOptions = address === '/graphiql' ? { helmet: { contentSecurityPolicy: EDITOR_POLICY } } : {};
    app.get(`${address}/`, async (_request, reply) => reply.redirect(address));
    app.get(address, helmetOptions, async (_request, reply) => sendPage(reply, join(directory, file)));
  }
  await app.register(fastifyStatic, {
    root: join(directory, 'assets'),
    prefix: '/assets/',
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

async function sendPage(reply: FastifyReply, file: string): Promise<FastifyReply> {
  // Read for each request: a hub that started before the build serves the page as soon as it is there.
  const page = await readFile(file).catch((error: NodeJS.ErrnoException) => {
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
