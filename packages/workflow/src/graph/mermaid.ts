/** A graph as text of Mermaid, which GitHub and many editors draw. */
import type { Graph, GraphEdge, GraphNode } from './graph.ts';

const LABEL_LENGTH = 60;

/** A flow chart; machines inside a Parallel or Map are boxes in the box of their state. */
export function mermaidOf(graph: Graph): string {
  return ['flowchart TD', ...machine(graph, 'start', '  '), '  classDef fail stroke:#b3261e,color:#b3261e', '  classDef done stroke:#1b6e3c,color:#1b6e3c', ...(undoes(graph) ? ['  classDef undo stroke-dasharray:5 4'] : []), ''].join('\n');
}

const undoes = ({ nodes }: Graph): boolean => nodes.some(({ kind, inside }) => kind === 'Compensation' || inside.some(undoes));

function machine(graph: Graph, startId: string, indent: string): string[] {
  const start = graph.start === undefined ? [] : [`${indent}${startId}((" ")) --> ${graph.start}`];
  return [...start, ...graph.nodes.flatMap((node) => nodeLines(node, indent)), ...graph.edges.map((edge) => `${indent}${edgeLine(edge)}`)];
}

function nodeLines({ id, name, kind, detail, inside }: GraphNode, indent: string): string[] {
  const said = `${escaped(name)}${detail === undefined ? '' : `<br/><small>${escaped(detail)}</small>`}`;
  if (inside.length === 0) {
    const [open, close] = kind === 'Choice' ? ['{"', '"}'] : kind === 'Succeed' || kind === 'Fail' ? ['(["', '"])'] : kind === 'Wait' ? ['>"', '"]'] : ['["', '"]'];
    return [`${indent}${id}${open}${said}${close}${kind === 'Fail' ? ':::fail' : kind === 'Succeed' ? ':::done' : kind === 'Compensation' ? ':::undo' : ''}`];
  }
  return [
    `${indent}subgraph ${id}["${escaped(name)} · ${kind}"]`,
    ...inside.flatMap((inner, i) =>
      inside.length === 1
        ? machine(inner, `${id}_${i}_start`, `${indent}  `)
        : [`${indent}  subgraph ${id}_${i}[" "]`, ...machine(inner, `${id}_${i}_start`, `${indent}    `), `${indent}  end`],
    ),
    `${indent}end`,
  ];
}

function edgeLine({ from, to, kind, label }: GraphEdge): string {
  const arrow = kind === 'catch' ? '-.->' : kind === 'undo' ? '-.-' : '-->';
  return `${from} ${arrow}${label === undefined || label === '' ? '' : `|"${escaped(label)}"|`} ${to}`;
}

/** Characters that mean something to Mermaid or HTML, as their numbers. */
function escaped(text: string): string {
  const points = [...text.replace(/\s+/g, ' ')];
  const short = points.length <= LABEL_LENGTH ? points : [...points.slice(0, LABEL_LENGTH - 1), '…'];
  return short.map((character) => (/[\p{L}\p{N} .,:;_/()=+\-–…≤≥$·@?!%]/u.test(character) ? character : `#${character.codePointAt(0)};`)).join('');
}
