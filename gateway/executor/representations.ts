import type { QueryPlanFieldNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import { type GraphQLSchema, isAbstractType, isInterfaceType, isObjectType } from 'graphql';
import { jsonOf } from './json';
import { mergeInto } from './merge';
import { isRow, own, type Row } from './own';

/** What identifies a row to a subgraph, as the JSON that is sent. */
export interface Representation {
  readonly text: string;
  /** Whether the row holds nothing beside it, so that rows with the same representation are the same. */
  readonly isAll: boolean;
}

/** Reads the representation of a row; null when the row is none that is asked for, or lacks something. */
export type ReadRepresentation = (row: Row) => Representation | null;

/** Whether an object of a type is meant by a condition, by the supergraph; see `... on Type`. */
export function isOfType(schema: GraphQLSchema, typename: string, condition: string): boolean {
  if (typename === condition) return true;
  const type = schema.getType(typename);
  const wanted = schema.getType(condition);
  return (
    isAbstractType(wanted) && (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(wanted, type)
  );
}

/** Compiles the `requires` of a fetch. Types are those of the supergraph, since subgraphs know the inaccessible too. */
export function compileRequires(
  requires: readonly QueryPlanSelectionNode[],
  schema: GraphQLSchema,
): ReadRepresentation {
  const byType = new Map<string, ReadRepresentation>();
  return (row) => {
    const typename = row.__typename;
    if (typeof typename !== 'string') return null;
    let read = byType.get(typename);
    if (!read) {
      read = readerOf(partsFor(requires, typename, schema), schema);
      byType.set(typename, read);
    }
    return read(row);
  };
}

/** The selections that apply to a type, each of which counts or not as a whole. */
function partsFor(
  selections: readonly QueryPlanSelectionNode[],
  typename: string,
  schema: GraphQLSchema,
): (readonly QueryPlanFieldNode[])[] {
  const fields: QueryPlanFieldNode[] = [];
  const parts: (readonly QueryPlanFieldNode[])[] = [];
  for (const selection of selections) {
    if (selection.kind === 'Field') {
      fields.push(selection);
    } else if (!selection.typeCondition || isOfType(schema, typename, selection.typeCondition)) {
      parts.push(...partsFor(selection.selections, typename, schema));
    }
  }
  return fields.length > 0 ? [fields, ...parts] : parts;
}

function readerOf(
  parts: readonly (readonly QueryPlanFieldNode[])[],
  schema: GraphQLSchema,
): ReadRepresentation {
  const [only, ...others] = parts;
  if (!only) return () => null;
  if (others.length > 0) return (row) => overlapping(parts, row, schema);
  const isFlat = only.every(({ selections }) => selections === undefined);
  const heads = only.map((field, i) => ({
    field,
    name: field.alias ?? field.name,
    head: `${i === 0 ? '{' : ','}${JSON.stringify(field.alias ?? field.name)}:`,
  }));
  return (row) => {
    let text = '';
    for (const { field, name, head } of heads) {
      const value = own(row, name);
      // Its own error was reported where it was missed.
      if (value === undefined) return null;
      text +=
        head + (field.selections ? JSON.stringify(pick(value, field.selections, schema)) : jsonOf(value));
    }
    return { text: `${text}}`, isAll: isFlat && Object.keys(row).length === heads.length };
  };
}

/** A representation of several parts, which may name the same fields. */
function overlapping(
  parts: readonly (readonly QueryPlanFieldNode[])[],
  row: Row,
  schema: GraphQLSchema,
): Representation | null {
  const whole: Row = {};
  for (const fields of parts) {
    const part = pickFields(row, fields, schema);
    if (part) mergeInto(whole, part);
  }
  return typeof whole.__typename === 'string' ? { text: JSON.stringify(whole), isAll: false } : null;
}

function pickFields(row: Row, fields: readonly QueryPlanFieldNode[], schema: GraphQLSchema): Row | null {
  const picked: Row = {};
  for (const field of fields) {
    const name = field.alias ?? field.name;
    const value = own(row, name);
    if (value === undefined) return null;
    mergeInto(picked, { [name]: field.selections ? pick(value, field.selections, schema) : value });
  }
  return picked;
}

/** What a selection takes of a nested value; null where the value lacks something of it. */
function pick(value: unknown, selections: readonly QueryPlanSelectionNode[], schema: GraphQLSchema): unknown {
  if (Array.isArray(value)) return value.map((element) => pick(element, selections, schema));
  if (!isRow(value)) return typeof value === 'symbol' ? null : value;
  const picked: Row = {};
  for (const selection of selections) {
    if (selection.kind === 'Field') {
      const fields = pickFields(value, [selection], schema);
      if (!fields) return null;
      mergeInto(picked, fields);
    } else if (selection.typeCondition) {
      const { __typename: typename } = value;
      if (typeof typename !== 'string' || !isOfType(schema, typename, selection.typeCondition)) continue;
      const part = pick(value, selection.selections, schema);
      if (isRow(part)) mergeInto(picked, part);
    }
  }
  return picked;
}
