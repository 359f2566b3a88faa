import { rolesOf } from '../../kit/database';

/*
 * Who may write of a posting's conduct, as SQL for migrations. Who reads it is `secondment_parties`' to say.
 */

export const CONDUCT = { subgraph: 'personnel', item: 'personnel.conduct' } as const;
export const { member } = rolesOf('personnel');
export const VIEWER = "(select current_setting('hub.agency', true))";
/** Whoever reads one of the posting's parties reads what belongs to the posting. */
export const PARENT_POSTING = { table: 'secondment_parties', key: 'secondment' } as const;

const isHost = (secondment: string) => `EXISTS (
    SELECT FROM secondments AS posting WHERE posting.id = ${secondment} AND posting.host_agency = ${VIEWER}
    UNION ALL
    SELECT FROM secondment_stints AS stint WHERE stint.secondment = ${secondment} AND stint.host_agency = ${VIEWER})`;

const isHome = (secondment: string) => `EXISTS (
    SELECT FROM secondments AS posting WHERE posting.id = ${secondment} AND posting.home_agency = ${VIEWER})`;

/** The viewer is the unit at which a posting's officer works, or was at some time. */
export const viewerHosts = (table: string): string => isHost(`${table}.secondment`);

/** The viewer is the posting's home unit or hosts it. */
export const viewerManages = (table: string): string =>
  `(${isHome(`${table}.secondment`)} OR ${isHost(`${table}.secondment`)})`;

/** The viewer is a party to the posting, by name or by place. */
export const viewerIsParty = (table: string): string =>
  `EXISTS (SELECT FROM secondment_parties AS party WHERE party.id = ${table}.secondment)`;
