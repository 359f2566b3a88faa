import { useQuery } from '@tanstack/react-query';
import { FlowMonthsDocument, type LaborFlowLevel, type LaborFlowSide } from '../operations';
import { useAddress } from '../shared/address';
import { monthFrom } from '../shared/format';
import type { Hub } from '../shared/hub';
import { useHub } from '../shared/session';

/** How far back months are offered. */
export const MONTHS_BACK = 36;
/** How far back the latest month is looked for: each month costs a sum between provinces. */
const MONTHS_LOOKED_AT = 12;
export const LEVELS: readonly LaborFlowLevel[] = ['PROVINCE', 'PREFECTURE', 'COUNTY'];
export const SIDES: readonly LaborFlowSide[] = ['ORIGIN', 'DESTINATION'];
export const SECTORS = [...'ABCDEFGHIJKLMNOPQRST'];

/** What somebody looks at, as the page's address says. */
export interface Selection {
  month: string;
  level: LaborFlowLevel;
  sector: string | null;
  side: LaborFlowSide | null;
  originUnder: string | null;
  destinationUnder: string | null;
}

/** The flow that somebody looks at closely. */
export interface Pair {
  origin: string;
  destination: string;
}

/** The latest month that anything is known of; last month when nothing is. */
function useLatestMonth(hub: Hub, isNeeded: boolean) {
  return useQuery({
    queryKey: ['flow months', hub.rights],
    enabled: isNeeded,
    queryFn: async () => {
      const now = new Date();
      const to = monthFrom(now, 0);
      const { data } = await hub.ask(FlowMonthsDocument, { from: monthFrom(now, 1 - MONTHS_LOOKED_AT), to });
      const known = data.laborFlowSeries?.points.findLast(({ obsStatus }) => obsStatus !== 'O');
      return known?.month ?? monthFrom(now, -1);
    },
  });
}

export function useSelection() {
  const { get, set } = useAddress();
  const hub = useHub();
  const asked = /^\d{4}-(0[1-9]|1[0-2])$/.test(get('month')) ? get('month') : null;
  const latest = useLatestMonth(hub, asked === null);
  const month = asked ?? latest.data ?? null;
  const selection: Selection | null = month
    ? {
        month,
        level: LEVELS.find((level) => level === get('level')) ?? 'PREFECTURE',
        sector: SECTORS.find((sector) => sector === get('sector')) ?? null,
        side: SIDES.find((side) => side === get('side')) ?? null,
        originUnder: get('from') || null,
        destinationUnder: get('into') || null,
      }
    : null;
  const pair: Pair | null =
    get('origin') && get('destination') ? { origin: get('origin'), destination: get('destination') } : null;
  return {
    selection,
    pair,
    latest,
    change: set,
    choosePair: ({ origin, destination }: Pair) => set({ origin, destination }),
  };
}
