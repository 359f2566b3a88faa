import { randomUUID } from 'node:crypto';
import { CATALOG, type ItemName, type SharingClass } from '../../subgraphs/kit/catalog';
import type { SharingReport } from '../../subgraphs/kit/disclosures';
import type { WithheldReason } from './grants';
import type { PlacesOf, WithheldPlaces } from './places';
import type { ReceiptDraft, SealedReceipt } from './receipts';
import type { Caller } from './viewers';

/** Says why a provider's item was withheld from a caller. */
export type ReasonOf = (item: ItemName, provider: string) => WithheldReason;

/** An entry of `extensions.withheld`: one field of the schema that was null because it may not be shown. */
export interface WithheldEntry {
  readonly coordinate: string;
  readonly item: ItemName;
  readonly reason: WithheldReason;
  /** Whose the values are, in the order of their codes. */
  readonly providers: readonly string[];
  /** Distinct rows, not places in the answer. */
  readonly count: number;
  /** The item's class: no grant opens what is `WITHHELD`. This and what follows only where the client asked for places. */
  readonly class?: SharingClass;
  /** Every null of the answer that stands for a withheld value. */
  readonly places?: readonly WithheldPlacesEntry[];
  /** How many places beside those are not told, because they are too many. */
  readonly placesLeftOff?: number;
}

/** Places of one path at which the values of one provider were withheld. */
export interface WithheldPlacesEntry extends PlacesOf {
  readonly reason: WithheldReason;
}

// The reason of an entry with several providers is the one whose remedy is nearest.
const BY_REMEDY: readonly WithheldReason[] = ['UNCONFIRMED', 'NO_PURPOSE', 'EXPIRED', 'NO_GRANT'];

const nearest = (reasons: readonly WithheldReason[]): WithheldReason =>
  BY_REMEDY.find((reason) => reasons.includes(reason)) ?? 'NO_GRANT';

/** What was withheld, one entry a coordinate, in the order of the coordinates; with `places`, where in the answer. */
export function withheldEntries(
  { withheld }: SharingReport,
  reasonOf: ReasonOf,
  places: WithheldPlaces | null = null,
): WithheldEntry[] {
  const coordinates = [...new Set(withheld.map(({ coordinate }) => coordinate))].sort();
  return coordinates.map((coordinate) => {
    const parts = withheld.filter((part) => part.coordinate === coordinate);
    const item = parts[0]?.item as ItemName;
    return {
      coordinate,
      item,
      reason: nearest(parts.map(({ provider }) => reasonOf(item, provider))),
      providers: [...new Set(parts.map(({ provider }) => provider))].sort(),
      count: new Set(parts.flatMap(({ provider, ids }) => ids.map((id) => `${provider} ${id}`))).size,
      ...(places && {
        class: CATALOG[item].class,
        ...placesOf(coordinate, places, (provider) => reasonOf(item, provider)),
      }),
    };
  });
}

function placesOf(
  coordinate: string,
  all: WithheldPlaces,
  reasonOf: (provider: string) => WithheldReason,
): Pick<WithheldEntry, 'places' | 'placesLeftOff'> {
  const { places, leftOff } = all.of(coordinate);
  return {
    places: places.map(({ provider, path, indexes }) => ({
      ...{ provider, reason: reasonOf(provider), path, indexes },
    })),
    ...(leftOff > 0 && { placesLeftOff: leftOff }),
  };
}

/** What an answer says beside its data of what it withheld, and of the receipt that it left. */
export interface SharingExtensions {
  readonly withheld?: readonly WithheldEntry[];
  readonly receipt?: { readonly id: string; readonly hash: string };
}

/** The extensions of an answer, or of one event of a subscription; `sealed` is null when it left no receipt of its own. */
export function sharingExtensions(
  report: SharingReport,
  reasonOf: ReasonOf,
  sealed: SealedReceipt | null,
  places: WithheldPlaces | null = null,
): SharingExtensions {
  const withheld = withheldEntries(report, reasonOf, places);
  return {
    ...(withheld.length > 0 && { withheld }),
    ...(sealed && { receipt: { id: sealed.id, hash: sealed.hash } }),
  };
}

/** Whose request a receipt is of. */
export interface ReceiptRequest {
  readonly caller: Caller;
  /** What the gateway is called in receipts. */
  readonly gateway: string;
  readonly requestId: string;
  readonly operationName: string | null;
}

/** The receipt of one request: for each provider what was shown of its data, and what was refused. */
export function draftReceipt(
  report: SharingReport,
  request: ReceiptRequest & { at: Date },
  reasonOf: ReasonOf,
): ReceiptDraft {
  const { caller, gateway, requestId, operationName, at } = request;
  const providers = [
    ...new Set([...report.disclosed, ...report.withheld].map(({ provider }) => provider)),
  ].sort();
  return {
    id: randomUUID(),
    at: at.toISOString(),
    gateway,
    requestId,
    consumer: caller.agency,
    user: caller.user,
    purpose: caller.purpose,
    operationName,
    leaves: providers.map((provider) => {
      const disclosed = report.disclosed.filter((part) => part.provider === provider);
      const withheld = report.withheld.filter((part) => part.provider === provider);
      const items = [...new Set([...disclosed, ...withheld].map(({ item }) => item))].sort();
      return {
        provider,
        items: items.map((item) => ({
          item,
          disclosedRows: rowsOf(disclosed, item),
          withheldRows: rowsOf(withheld, item),
          reason: withheld.some((part) => part.item === item) ? reasonOf(item, provider) : null,
        })),
      };
    }),
  };
}

const rowsOf = (parts: readonly { item: ItemName; ids: readonly string[] }[], item: ItemName): number =>
  new Set(parts.filter((part) => part.item === item).flatMap(({ ids }) => ids)).size;
