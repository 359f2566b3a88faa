import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isIntrospectionType, isObjectType } from 'graphql';
import { SUBGRAPHS } from '../../subgraphs';
import { sharingOf } from '../../subgraphs/kit/sharing';
import { buildSchema } from '../../subgraphs/kit/subgraph';
import { addDays, dayOf } from '../../subgraphs/kit/time';
import { useHub } from '../support/hub';
import { agriculture } from './access-table/agriculture';
import { grid } from './access-table/grid';
import {
  ASKERS,
  type Asker,
  EXPIRED,
  GRANTEE,
  type Probe,
  PURPOSE,
  REVOKED,
  type Sample,
  STRANGER,
} from './access-table/outcomes';
import { personnel } from './access-table/personnel';
import { tourism } from './access-table/tourism';

const DOMAINS = [agriculture, grid, personnel, tourism];
/** Who sees what: a line for everything in the schemas that is conditional or withheld. */
const TABLE: Record<string, Probe> = Object.assign({}, ...DOMAINS.map(({ table }) => table));

/** What comes as a stream: who sees what of it is in live.test.ts, and in fieldwork.test.ts. */
const STREAMED = new Set([
  ...['Subscription.gridBoard', 'GridBoardEvent', 'GridBoardEvent.inspection', 'GridBoardEvent.fieldwork'],
  ...['GridInspectionChange', 'GridFieldworkChange'],
]);

/** Everything else in the schemas that is conditional or withheld. */
const classified = SUBGRAPHS.flatMap((definition) => {
  const schema = buildSchema(definition);
  const isClassified = (declaration: Parameters<typeof sharingOf>[1]) =>
    (sharingOf(schema, declaration)?.class ?? 'UNCONDITIONAL') !== 'UNCONDITIONAL';
  return Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter((type) => !isIntrospectionType(type))
    .flatMap((type) => [
      ...(isClassified(type) ? [type.name] : []),
      ...Object.values(type.getFields())
        .filter(isClassified)
        .map((field) => `${type.name}.${field.name}`),
    ])
    .filter((coordinate) => !STREAMED.has(coordinate));
}).sort();
/** Every value in an answer that is neither null nor a list or an object. */
const valuesIn = (data: unknown): unknown[] => {
  if (data === null || data === undefined) return [];
  if (typeof data !== 'object') return [data];
  return Object.entries(data)
    .filter(([name]) => name !== 'hasNextPage')
    .flatMap(([, value]) => valuesIn(value));
};

describe('the access table', () => {
  const hub = useHub();

  beforeAll(async () => {
    for (const { store } of DOMAINS) await store(hub);
    await hub.build('registry', (db) =>
      db('sharing_grants').insert(
        DOMAINS.flatMap(({ samples }) => samples).flatMap(({ item, provider }) =>
          [
            { consumer: GRANTEE, status: 'APPROVED', until: 1 },
            { consumer: EXPIRED, status: 'APPROVED', until: -1 },
            {
              consumer: REVOKED,
              status: 'REVOKED',
              until: 1,
              revoked_at: '2026-02-01',
              reason: '目的已达成',
            },
          ].map(({ until, ...grant }) => ({
            ...{ id: randomUUID(), item, provider, purpose: PURPOSE, ...grant },
            ...{ valid_from: '2026-01-01', valid_until: addDays(dayOf(new Date()), until) },
            ...{ requested_at: '2026-01-01', requested_by: '甲', decided_at: '2026-01-02', decided_by: '乙' },
          })),
        ),
      ),
    );
    // Until every process has heard of the grants.
    await sleep(600);
  });

  const ask = (asker: Asker, { provider, named, place }: Sample, query: string) => {
    switch (asker) {
      case 'nobody':
        return hub.send(null, query);
      case 'a stranger':
        return hub.sendAs(STRANGER, { purpose: PURPOSE }, query);
      case 'a party by name':
        return hub.send(named, query);
      case 'a party by place':
        return hub.send(place, query);
      case 'a grantee without the purpose':
        return hub.send(GRANTEE, query);
      case 'a grantee with the purpose':
        return hub.sendAs(GRANTEE, { purpose: PURPOSE }, query);
      case 'a grantee whose days are over':
        return hub.sendAs(EXPIRED, { purpose: PURPOSE }, query);
      case 'a grantee that was revoked':
        return hub.sendAs(REVOKED, { purpose: PURPOSE }, query);
      case 'a steward of the provider':
        return hub.sendAs(provider, { role: 'STEWARD' }, query);
    }
  };

  async function outcomeOf(asker: Asker, { sample, query }: Probe): Promise<string> {
    const { data, errors = [], extensions } = await ask(asker, sample, query);
    const values = valuesIn(data);
    const isWithheld = extensions?.withheld !== undefined;
    if (values.length > 0 && !isWithheld && errors.length === 0) return 'seen';
    if (values.length === 0 && isWithheld && errors.length === 0) return 'withheld';
    if (values.length === 0 && !isWithheld && errors.length === 0) return 'absent';
    if (values.length === 0) return errors.map((error) => error.extensions.code).join();
    return JSON.stringify({ data, errors, extensions });
  }

  it('has no line for what the schemas do not have, or what is open', () => {
    expect(Object.keys(TABLE).filter((coordinate) => !classified.includes(coordinate))).toEqual([]);
  });

  it.each(classified)('says who sees %s', async (coordinate) => {
    const probe = TABLE[coordinate];
    if (!probe) throw new Error(`${coordinate} is classified, and the table does not say who sees it`);
    const found = await Promise.all(
      ASKERS.map(async (asker) => [asker, await outcomeOf(asker, probe)] as const),
    );
    expect(Object.fromEntries(found)).toEqual(probe.outcomes);
  });
});
