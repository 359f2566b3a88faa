/** What the registry tells gateways of a unit, on its internal route `agencies`. */
export interface DirectoryEntry {
  readonly code: string;
  readonly name: string;
  readonly jurisdiction: string;
  readonly functions: readonly string[];
  readonly remit: readonly string[];
}
