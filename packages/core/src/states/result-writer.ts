/** ResultWriter without a Resource: what the results of a Map look like as they go on. */
import type { MapState } from '@baton/workflow';

/** Whether those results that are lists become one; an item that failed has none. */
export const flattens = ({ ResultWriter: writer }: MapState): boolean => writer?.WriterConfig?.Transformation === 'FLATTEN';
