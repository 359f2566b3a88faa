import { ancestorAt, contains, DELTA_PROVINCES } from '../../kit/jurisdiction';

/** The dialing codes of the demo's provinces (their capital's) and cities. */
const DIALING_CODES: Record<string, string> = {
  '140100': '0351',
  '310000': '021',
  '320000': '025',
  '320100': '025',
  '320200': '0510',
  '320300': '0516',
  '320400': '0519',
  '320500': '0512',
  '320600': '0513',
  '320700': '0518',
  '320800': '0517',
  '320900': '0515',
  '321000': '0514',
  '321100': '0511',
  '321200': '0523',
  '321300': '0527',
  '330000': '0571',
  '330100': '0571',
  '330200': '0574',
  '330300': '0577',
  '330400': '0573',
  '330500': '0572',
  '330600': '0575',
  '330700': '0579',
  '330800': '0570',
  '330900': '0580',
  '331000': '0576',
  '331100': '0578',
  '340000': '0551',
  '340100': '0551',
  '340200': '0553',
  '340300': '0552',
  '340400': '0554',
  '340500': '0555',
  '340600': '0561',
  '340700': '0562',
  '340800': '0556',
  '341000': '0559',
  '341100': '0550',
  '341200': '0558',
  '341300': '0557',
  '341500': '0564',
  '341600': '0558',
  '341700': '0566',
  '341800': '0563',
};

/** The dialing code of the city, or of the province's capital, that a place belongs to. */
export function dialingCodeOf(place: string): string {
  const code = DIALING_CODES[ancestorAt(place, 'PREFECTURE') ?? place];
  if (code === undefined) throw new Error(`no dialing code is known for ${place}`);
  return code;
}

/** The demo's cities and provinces of the delta, each of which has a department of human resources. */
export const CITIES_AND_PROVINCES: readonly string[] = Object.keys(DIALING_CODES).filter((code) =>
  DELTA_PROVINCES.some((province) => contains(province, code)),
);

const SLUGS_BY_PLACE: Record<string, string> = {
  '140107': 'ORG',
  '310000': 'GOV COMMERCE AGRI VEGGROUP YRDOFFICE',
  '310105': 'ORG',
  '310117': 'HRSS',
  '310118': 'GOV AGRI ORG HRSS',
  '310118102': 'GOV CITYOPS',
  '310118104': 'GOV CITYOPS RIVER REVIEW TOURISM INVEST BUILDING FIRE',
  '310118104222': 'COMMITTEE',
  '320000': 'GOV AGRI',
  '320509': 'ORG HRSS',
  '320509110': 'GOV COMMAND BUILDING SANITATION RIVER',
  '320612102': 'GOV COMMAND',
  '330000': 'GOV AGRI',
  '330421': 'ORG HRSS AGRI URBAN',
  '330421102': 'BUILDING',
  '330421103': 'GOV CITYOPS REVIEW INVEST BUILDING FIRE TOURISM',
  '330421111': 'GOV BUILDING CITYOPS',
  '330421111212': 'COMMITTEE',
  '340000': 'GOV AGRI',
  '341200': 'AGRI ORG',
  '341225': 'AGRI HRSS',
};

/** The codes of every unit of the demo's directory, which is the registry's: each has officers here. */
export const DEMO_UNITS: readonly string[] = [
  ...Object.entries(SLUGS_BY_PLACE).flatMap(([place, slugs]) =>
    slugs.split(' ').map((slug) => `${place}-${slug}`),
  ),
  ...CITIES_AND_PROVINCES.map((place) => `${place}-HRSS`),
];
