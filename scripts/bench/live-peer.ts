import { createServer } from 'node:http';
import { buildSchema, parse } from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/http';

/*
 * A bare graphql-sse server, as a process of its own: one subscription whose events are what is posted to it. It looks
 * nothing up, checks no one's rights, and keeps nothing for those who were away.
 */

interface Event {
  cursor: string;
  forces: { people: number; agency: { name: string } };
}

const schema = buildSchema(`
  type Query { nothing: Int }
  type Subscription { gridBoard(under: String!, after: String): Event! }
  type Event { cursor: String! forces: Forces }
  type Forces { people: Int! agency: Agency! }
  type Agency { name: String! }`);

const readers = new Set<(event: Event) => void>();

async function* events(): AsyncGenerator<{ gridBoard: Event }> {
  const waiting: Event[] = [];
  let wake = () => {};
  const take = (event: Event) => {
    waiting.push(event);
    wake();
  };
  readers.add(take);
  try {
    for (;;) {
      for (let event = waiting.shift(); event; event = waiting.shift()) yield { gridBoard: event };
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    readers.delete(take);
  }
}

const documents = new Map<string, ReturnType<typeof parse>>();
const handler = createHandler({
  schema,
  onSubscribe: (_request, { query, variables, operationName }) => {
    let document = documents.get(query as string);
    if (!document) {
      document = parse(query as string);
      documents.set(query as string, document);
    }
    return {
      ...{ schema, document, variableValues: variables, operationName },
      rootValue: { gridBoard: events },
      contextValue: undefined,
    };
  },
});

const server = createServer((request, response) => {
  if (request.url !== '/change') {
    void handler(request, response);
    return;
  }
  let body = '';
  request.on('data', (chunk: Buffer) => {
    body += chunk.toString();
  });
  request.on('end', () => {
    const people = Number(body);
    const at = performance.timeOrigin + performance.now();
    const forces = { people, agency: { name: '金泽镇城市运行管理中心' } };
    for (const take of readers) take({ cursor: `WyJncmlkQm9hcmQi${people}`, forces });
    response.end(String(at));
  });
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address && typeof address === 'object') console.log(`GraphQL http://127.0.0.1:${address.port}/graphql`);
});
