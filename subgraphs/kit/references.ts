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
