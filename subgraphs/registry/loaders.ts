import type { Context, Operation } from '../kit/context';
import { argumentLoader, listLoader, rowLoader } from '../kit/loaders';
import { agenciesByCode, agenciesIn, functionsOf, remitsOf } from './agencies/store';
import { correctionsById, eventsOfCorrections } from './corrections/store';
import { eventsOfGrants, grantsById } from './grants/store';
import {
  jurisdictionsByCode,
  jurisdictionsByParent,
  jurisdictionsIn,
  successorsOf,
} from './jurisdictions/store';
import { itemsBySequence, leavesByProvider, receiptsBySequence } from './receipts/store';

export const registryLoaders = ({ db }: Operation) => ({
  jurisdiction: rowLoader(
    (codes) => jurisdictionsByCode(db, codes),
    (row) => row.code,
  ),
  jurisdictionsIn: argumentLoader(jurisdictionsIn.bind(null, db)),
  jurisdictionsByParent: argumentLoader(jurisdictionsByParent.bind(null, db)),
  successorsByJurisdiction: listLoader(
    (codes) => successorsOf(db, codes),
    (row) => row.predecessor,
  ),
  agency: rowLoader(
    (codes) => agenciesByCode(db, codes),
    (row) => row.code,
  ),
  agenciesIn: argumentLoader(agenciesIn.bind(null, db)),
  functionsByAgency: listLoader(
    (codes) => functionsOf(db, codes),
    (row) => row.agency,
  ),
  remitsByAgency: listLoader(
    (codes) => remitsOf(db, codes),
    (row) => row.agency,
  ),
  sharingGrant: rowLoader(
    (ids) => grantsById(db, ids),
    (row) => row.id,
  ),
  eventsByGrant: listLoader(
    (grants) => eventsOfGrants(db, grants),
    (row) => row.sharing_grant,
  ),
  dataCorrection: rowLoader(
    (ids) => correctionsById(db, ids),
    (row) => row.id,
  ),
  eventsByCorrection: listLoader(
    (corrections) => eventsOfCorrections(db, corrections),
    (row) => row.data_correction,
  ),
  leavesByProvider: argumentLoader(leavesByProvider.bind(null, db)),
  receipt: rowLoader(
    (sequences) => receiptsBySequence(db, sequences),
    (row) => String(row.sequence),
  ),
  itemsByReceipt: listLoader(
    (sequences) => itemsBySequence(db, sequences),
    (row) => String(row.sequence),
  ),
});

export type RegistryContext = Context<ReturnType<typeof registryLoaders>>;
