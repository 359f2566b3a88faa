import type { Context, Operation } from '../kit/context';

export const personnelLoaders = (_operation: Operation) => ({});

export type PersonnelContext = Context<ReturnType<typeof personnelLoaders>>;
