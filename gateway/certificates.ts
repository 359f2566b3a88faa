import type { FastifyInstance } from 'fastify';
import { languageOf } from '../subgraphs/kit/language';
import { timeBudgetOf } from './faults/time-budget';
import type { SubgraphLink } from './subgraph-link';

const VERIFY = `query Certificate($number: String!, $hash: String!, $hubAddress: String!) {
  verifyCertificate(number: $number, hash: $hash) { isValid document(hubAddress: $hubAddress) }
}`;

/** The page carries its own style and QR code, runs nothing and asks for nothing. */
const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

const SENTENCES = {
  unknown: {
    en: 'This is no certificate of the hub: number and hash do not belong together, or it was changed.',
    zh: '核验未通过：编号与散列不符，或内容已被改动，不是本平台签发的决定书。',
  },
  away: {
    en: 'Certificates cannot be verified at the moment. Try again shortly.',
    zh: '暂时无法核验，请稍后重试。',
  },
} as const;

/**
 * Where the QR code of a certificate leads, as a Fastify plugin: `GET /certificates/<number>/<hash>`, without signing in.
 * The graph is asked as nobody, so that the page tells no more than the public query does.
 */
export async function certificates(
  app: FastifyInstance,
  {
    tourism,
    publicAddress,
    timeoutMs,
  }: { tourism: SubgraphLink | undefined; publicAddress: string | null; timeoutMs: number },
): Promise<void> {
  app.get<{ Params: { number: string; hash: string } }>(
    '/certificates/:number/:hash',
    async (request, reply) => {
      const language = languageOf(request.headers['accept-language']);
      const hubAddress = publicAddress ?? `${request.protocol}://${request.host}`;
      const variables = { ...request.params, hubAddress };
      const headers = { 'accept-language': language, 'x-request-id': request.id };
      const budget = timeBudgetOf(reply, timeoutMs);
      const answering = tourism?.answer({ query: VERIFY, variables }, headers, budget);
      const answer = answering && (await budget.race(answering).catch(() => undefined));
      const found = answer?.data?.verifyCertificate as
        | { isValid: boolean; document: string | null }
        | null
        | undefined;
      reply.headers(SECURITY_HEADERS);
      if (found?.document) return reply.type('text/html; charset=utf-8').send(found.document);
      const [status, sentence] = found
        ? ([404, SENTENCES.unknown] as const)
        : ([503, SENTENCES.away] as const);
      return reply.code(status).type('text/plain; charset=utf-8').send(`${sentence[language]}\n`);
    },
  );
}
