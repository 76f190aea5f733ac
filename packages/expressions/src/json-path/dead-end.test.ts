import { describe, expect, it } from '@jest/globals';
import { deadEnd } from './dead-end.ts';

const roots = { data: { order: { id: 1, lines: [{ sku: 'a' }], 'a b': {} } }, context: { Execution: {} }, variables: { rate: { now: 2 } } };

describe('why a path finds nothing', () => {
  it.each([
    ['$.order.idd', { reached: '$.order', value: roots.data.order, missing: 'idd', step: 1 }],
    ['$.order.lines[3].sku', { reached: '$.order.lines', value: [{ sku: 'a' }], missing: 3, step: 2 }],
    ['$.order.lines.sku', { reached: '$.order.lines', value: [{ sku: 'a' }], missing: 'sku', step: 2 }],
    ['$.order.id.x.y', { reached: '$.order.id', value: 1, missing: 'x', step: 2 }],
    ["$.order['a b'].c", { reached: "$.order['a b']", value: {}, missing: 'c', step: 2 }],
    ['$$.Execution.Id', { reached: '$$.Execution', value: {}, missing: 'Id', step: 1 }],
    ['$rate.then', { reached: '$rate', value: { now: 2 }, missing: 'then', step: 0 }],
    ['$rat', { reached: '$', value: { rate: { now: 2 } }, missing: 'rat', step: -1 }],
    ['$.order.__proto__', { reached: '$.order', value: roots.data.order, missing: '__proto__', step: 1 }],
  ])('tells how far %s leads', (path, end) => {
    expect(deadEnd(path, roots)).toEqual(end);
  });

  it.each(['$.order.id', '$.order.lines[-1].sku', '$.gone[*]', '$..gone', '$.', 'order'])('has nothing to say of %s', (path) => {
    expect(deadEnd(path, roots)).toBeUndefined();
  });
});
