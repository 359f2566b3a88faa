import { badInput } from '../../kit/errors';
import { rangeOf } from '../../kit/jurisdiction';
import { dayOf } from '../../kit/time';
import type { AgricultureContext } from '../loaders';
import { basesOnMap, MAXIMUM_ON_MAP, type MapRow } from './store';

const EVERY_PLACE = { from: '', below: '~' };

/** A base as a feature of RFC 7946: longitude before latitude. */
const feature = ({ latitude, longitude, area_mu, id, ...properties }: MapRow) => ({
  type: 'Feature',
  id,
  geometry: { type: 'Point', coordinates: [longitude, latitude] },
  properties: { ...properties, areaMu: Number(area_mu) },
});

/** The bases with a location, as the text of a GeoJSON FeatureCollection. */
export async function supplyBaseMap(
  { db, now }: AgricultureContext,
  filter: { under?: string | null; product?: string | null; accreditedTo?: string | null },
): Promise<string> {
  const bases = await basesOnMap(db, dayOf(now), filter.under ? rangeOf(filter.under) : EVERY_PLACE, filter);
  if (bases.length > MAXIMUM_ON_MAP) {
    throw badInput({
      en: `More than ${MAXIMUM_ON_MAP} bases match. Ask for a smaller place, one product or one standard.`,
      zh: `符合条件的基地超过 ${MAXIMUM_ON_MAP} 个，请缩小区划，或限定产品、标准。`,
    });
  }
  return JSON.stringify({ type: 'FeatureCollection', features: bases.map(feature) });
}
