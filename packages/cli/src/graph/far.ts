/**
 * Edges that lead far. Laying out an edge costs as much as the ranks that it passes, so a thousand states that all lead to
 * one would take minutes, and nobody could follow the lines. Past a bound they are drawn as a name that is gone on to.
 */
import type { Graph, GraphEdge } from '@baton/workflow';

/** Ranks that all edges of a machine may pass together. */
const MOST_PASSED = 400;
/** An edge that passes so many is far, where there are too many. */
const FAR = 6;

/** The edges that are to be drawn as a name. */
export function farEdges({ nodes, edges }: Graph): ReadonlySet<GraphEdge> {
  const rank = ranks(nodes.map(({ id }) => id), edges);
  const passed = (edge: GraphEdge): number => Math.abs((rank.get(edge.to) ?? 0) - (rank.get(edge.from) ?? 0));
  const all = edges.reduce((sum, edge) => sum + passed(edge), 0);
  return new Set(all <= MOST_PASSED ? [] : edges.filter((edge) => passed(edge) > FAR));
}

/** How deep each node lies on the longest way to it, edges that lead back left out. */
function ranks(ids: readonly string[], edges: readonly GraphEdge[]): ReadonlyMap<string, number> {
  const out = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const { from, to } of edges) out.get(from)?.push(to);
  const order: string[] = [];
  const seen = new Map<string, 'open' | 'done'>();
  for (const root of ids) {
    const stack = [{ id: root, next: 0 }];
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      if (top.next === 0 && seen.has(top.id)) {
        stack.pop();
        continue;
      }
      seen.set(top.id, 'open');
      const targets = out.get(top.id)!;
      const target = targets[top.next++];
      if (target !== undefined && !seen.has(target)) stack.push({ id: target, next: 0 });
      if (target === undefined) {
        seen.set(top.id, 'done');
        order.push(top.id);
        stack.pop();
      }
    }
  }
  const place = new Map(order.reverse().map((id, i) => [id, i]));
  const rank = new Map(ids.map((id) => [id, 0]));
  for (const id of order) for (const to of out.get(id)!) if (place.get(to)! > place.get(id)!) rank.set(to, Math.max(rank.get(to)!, rank.get(id)! + 1));
  return rank;
}
