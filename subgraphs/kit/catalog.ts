/** The three classes of the national rules on sharing government data 政务数据共享. */
export type SharingClass = 'UNCONDITIONAL' | 'CONDITIONAL' | 'WITHHELD';

export interface CatalogItem {
  readonly class: SharingClass;
  /** A unit with one of these functions is a party to a row that has a place in the unit's own jurisdiction. */
  readonly functionsByPlace: readonly string[];
}

/** A unit with this function is a party by place for every item. */
export const GENERAL_GOVERNMENT = 'GENERAL_GOVERNMENT';

const unconditional = { class: 'UNCONDITIONAL', functionsByPlace: [] } as const satisfies CatalogItem;

/** Every item of the hub's catalog. The part before the dot is its area; see `SUBGRAPH_ITEMS` for who holds it. */
export const CATALOG = {
  'registry.directory': unconditional,
  'personnel.secondments': unconditional,
  'personnel.officer-contact': { class: 'CONDITIONAL', functionsByPlace: [] },
  'personnel.conduct': { class: 'WITHHELD', functionsByPlace: ['ORGANIZATION'] },
  'labor-flow.statistics': unconditional,
  'labor-flow.reports': { class: 'CONDITIONAL', functionsByPlace: ['HUMAN_RESOURCES'] },
  'labor-flow.market': unconditional,
  'grid.cases': { class: 'CONDITIONAL', functionsByPlace: ['GRID_COMMAND', 'RIVER_CHIEF'] },
  'grid.inspections': { class: 'CONDITIONAL', functionsByPlace: ['GRID_COMMAND'] },
  'grid.people': { class: 'WITHHELD', functionsByPlace: ['GRID_COMMAND', 'VILLAGE_COMMITTEE'] },
  'tourism.procedures': unconditional,
  'tourism.applications': {
    class: 'CONDITIONAL',
    functionsByPlace: ['LICENSE_REVIEW', 'TOURISM', 'INVESTMENT', 'BUILDING_APPEARANCE', 'FIRE_SAFETY'],
  },
  'tourism.applicants': { class: 'WITHHELD', functionsByPlace: ['LICENSE_REVIEW'] },
  'agriculture.standards': unconditional,
  'agriculture.batches': { class: 'CONDITIONAL', functionsByPlace: ['AGRICULTURE'] },
} as const satisfies Record<string, CatalogItem>;

export type ItemName = keyof typeof CATALOG;

export const isItemName = (name: string): name is ItemName => Object.hasOwn(CATALOG, name);

/** The subgraph that holds an item: the part before the dot names it, but for the labor flows of personnel. */
export const subgraphOfItem = (item: ItemName): string => {
  const area = item.slice(0, item.indexOf('.'));
  return area === 'labor-flow' ? 'personnel' : area;
};
