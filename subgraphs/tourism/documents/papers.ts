import { badInput } from '../../kit/errors';
import { hubAddressOf } from '../../kit/hub-address';
import { loadExisting } from '../../kit/loaders';
import type { TourismContext } from '../loaders';
import type { ReviewSessionRow } from '../sessions/store';
import type { MeetingPapers } from './render';

/** What a meeting's documents are made of, of what the viewer may see. */
export async function papersOf(session: ReviewSessionRow, context: TourismContext): Promise<MeetingPapers> {
  const { loaders } = context;
  const [office, functions, attendance, items] = await Promise.all([
    loaders.agency.load(session.office),
    loaders.functionsByProcedure.load(session.procedure_id),
    loaders.attendanceBySession.load(session.id),
    loaders.itemsBySession.load(session.id),
  ]);
  const heard = await Promise.all(
    items.map(async (item) => ({
      item,
      application: await loadExisting(loaders.licenseApplication, item.application_id),
      opinions: (await loaders.opinionsByApplication.load(item.application_id)).filter(
        ({ round }) => round === item.round,
      ),
      recusals: await loaders.recusalsByApplication.load(item.application_id),
      decision: await loaders.decisionByApplication.load(item.application_id),
    })),
  );
  // Paper tells of applications as their fields would.
  context.discloses(
    'tourism.applications',
    heard.map(({ application: { id, filed_by: provider } }) => ({ id, provider })),
  );
  return {
    ...{ session, functions, attendance, items: heard },
    officeName: office?.name ?? session.office,
  };
}

/** The hub's address as it is put on paper: the given one, or the hub's own. Throws a sentence when neither is one. */
export function paperAddress(
  given: string | null | undefined,
  { publicAddress }: Pick<TourismContext, 'publicAddress'>,
): string {
  const address = given == null ? publicAddress : hubAddressOf(given);
  if (address !== null) return address;
  throw badInput({
    en: 'hubAddress is not where a hub answers, or was left out where the hub has no PUBLIC_URL. Give the address by which readers of the paper reach it, like https://hub.example.',
    zh: 'hubAddress 不是平台地址，或未填写而平台未设置 PUBLIC_URL，请填写持证人可访问的平台地址，例如 https://hub.example。',
  });
}
