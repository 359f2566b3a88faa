/** Entities that another subgraph owns, as their keys: the gateway fills in the rest. */
export interface JurisdictionRef {
  code: string;
}

export interface AgencyRef {
  code: string;
}

/** An officer 干部 of the personnel subgraph. */
export interface OfficerRef {
  id: string;
}

/** A practice 经验做法 of the personnel subgraph. */
export interface PracticeRef {
  id: string;
}

/** What a scenic patrol found, of the tourism subgraph. */
export interface PatrolFindingRef {
  id: string;
}
