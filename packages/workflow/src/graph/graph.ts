/** A machine as nodes and edges, for whoever draws it. Also one that has mistakes: what cannot be understood is left out. */
import { isJsonObject, type Json, type JsonObject } from '@baton/contracts';
import { objectsIn } from '../checks/values.ts';
import { ruleLabel } from './rule-label.ts';

export interface GraphNode {
  /** Unique in the whole graph: letters, digits and _. */
  readonly id: string;
  readonly name: string;
  /** The state's Type, whatever it is; `Compensation` for what undoes one. */
  readonly kind: string;
  /** What a Task runs, how long a Wait waits, how a Fail fails. */
  readonly detail?: string;
  /** The machines inside a Parallel or Map. */
  readonly inside: readonly Graph[];
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: 'next' | 'choice' | 'default' | 'catch' | 'undo';
  readonly label?: string;
}

export interface Graph {
  /** The machine's Comment. */
  readonly title?: string;
  /** The node that comes first; absent where there is no such state. */
  readonly start?: string;
  /** Nodes after which the machine ends. */
  readonly ends: readonly string[];
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** @param machine has passed checkJson, so its depth is bounded. */
export function graphOf(machine: Json): Graph {
  return graphInside(machine, 'n');
}

function graphInside(machine: Json, prefix: string): Graph {
  const { States: states, StartAt: start, Comment: comment } = isJsonObject(machine) ? machine : {};
  const entries = (isJsonObject(states) ? Object.entries(states) : []).filter((entry): entry is [string, JsonObject] => isJsonObject(entry[1]));
  const ids = new Map(entries.map(([name], i) => [name, `${prefix}${i}`]));
  const id = (name: Json | undefined): string | undefined => (typeof name === 'string' ? ids.get(name) : undefined);
  const inOrder = entries.map(([name, state]): GraphNode => {
    const detail = detailOf(state);
    const own = ids.get(name)!;
    return { id: own, name, kind: typeof state['Type'] === 'string' ? state['Type'] : '?', inside: machinesIn(state).map((inner, i) => graphInside(inner, `${own}_${i}_`)), ...(detail !== undefined && { detail }) };
  });
  const undoing = entries.flatMap(([name, state]) => undoingOf(state, ids.get(name)!) ?? []);
  const nodes = [...inOrder, ...undoing.map(({ node }) => node)];
  const ways = entries.flatMap(([name, state]) => edgesOf(state).flatMap(({ target, ...edge }) => (id(target) === undefined ? [] : [{ from: ids.get(name)!, to: id(target)!, ...edge }])));
  const edges = [...ways, ...undoing.map(({ edge }) => edge)];
  const ends = entries.filter(([, { End: end, Type: type }]) => end === true || type === 'Succeed' || type === 'Fail').map(([name]) => ids.get(name)!);
  const first = id(start);
  return { ...(typeof comment === 'string' && { title: comment }), ...(first !== undefined && { start: first }), ends, nodes, edges };
}

/** What undoes a Task is no state: nothing leads there while the machine runs. */
function undoingOf({ Type: type, Compensate: compensate }: JsonObject, of: string): { readonly node: GraphNode; readonly edge: GraphEdge } | undefined {
  if (type !== 'Task' || !isJsonObject(compensate)) return undefined;
  const { Resource: resource } = compensate;
  const id = `${of}_undo`;
  return { node: { id, name: typeof resource === 'string' ? resource : '?', kind: 'Compensation', inside: [] }, edge: { from: of, to: id, kind: 'undo', label: 'undone by' } };
}

function machinesIn({ Branches: branches, ItemProcessor: processor, Iterator: iterator, Type: type }: JsonObject): readonly Json[] {
  if (type === 'Parallel' && Array.isArray(branches)) return branches as readonly Json[];
  const machine = processor ?? iterator;
  return type === 'Map' && machine !== undefined ? [machine] : [];
}

type Way = Omit<GraphEdge, 'from' | 'to'> & { readonly target: Json | undefined };

function edgesOf(state: JsonObject): Way[] {
  return [
    ...(state['Next'] === undefined ? [] : [{ target: state['Next'], kind: 'next' as const }]),
    ...objectsIn(state['Choices']).map(([, rule]): Way => ({ target: rule['Next'], kind: 'choice', label: ruleLabel(rule) })),
    ...(state['Default'] === undefined || state['Type'] !== 'Choice' ? [] : [{ target: state['Default'], kind: 'default' as const, label: 'otherwise' }]),
    ...objectsIn(state['Catch']).map(([, rule]): Way => ({ target: rule['Next'], kind: 'catch', label: (Array.isArray(rule['ErrorEquals']) ? rule['ErrorEquals'] : []).map(String).join(', ') })),
  ];
}

function detailOf(state: JsonObject): string | undefined {
  const text = (value: Json | undefined): string | undefined => (typeof value === 'string' || typeof value === 'number' ? String(value) : undefined);
  switch (state['Type']) {
    case 'Task':
      return text(state['Resource']);
    case 'Wait': {
      const seconds = text(state['Seconds']);
      return seconds === undefined ? text(state['SecondsPath'] ?? state['Timestamp'] ?? state['TimestampPath']) : typeof state['Seconds'] === 'number' ? `${seconds} s` : seconds;
    }
    case 'Fail':
      return text(state['Error'] ?? state['ErrorPath']);
    case 'Map':
      return text(state['ItemsPath'] ?? state['Items']);
    default:
      return undefined;
  }
}
