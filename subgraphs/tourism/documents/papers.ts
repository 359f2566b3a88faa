import { badInput } from '../../kit/errors';
import { loadExisting } from '../../kit/loaders';
import type { TourismContext } from '../loaders';
import type { ReviewSessionRow } from '../sessions/store';
import type { MeetingPapers } from './render';

/** What a meeting's documents are made of, of what the viewer may see. */
export async function papersOf(session: ReviewSessionRow, context: TourismContext): Promise<MeetingPapers> {
  const { loaders } = context;
  const [functions, attendance, items] = await Promise.all([
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
    })),
  );
  // Paper tells of applications as their fields would.
  context.discloses(
    'tourism.applications',
    heard.map(({ application: { id, filed_by: provider } }) => ({ id, provider })),
  );
  return { ...{ session, functions, attendance }, items: heard };
}

/** The hub's address as it is put on paper. Throws a sentence for anything but an address by HTTP. */
export function paperAddress(hubAddress: string): string {
  const isAddress = /^https?:\/\/[^\s/?#]+(?:\/[^\s?#]*)?$/i.test(hubAddress) && URL.canParse(hubAddress);
  if (isAddress && hubAddress.length <= 300) return hubAddress;
  throw badInput({
    en: 'hubAddress is not where a hub answers. Give the address by which readers of the paper reach it, like https://hub.example.',
    zh: 'hubAddress 不是平台地址，请填写持证人可访问的平台地址，例如 https://hub.example。',
  });
}
