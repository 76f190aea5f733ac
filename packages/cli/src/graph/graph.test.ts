import { describe, expect, it } from '@jest/globals';
import type { Json } from '@baton/contracts';
import { graphOf, mermaidOf } from '@baton/workflow';
import { placed, type Box, type PlacedMachine } from './layout.ts';
import { svgOf } from './svg.ts';
import { lines } from './text.ts';

const ORDER: Json = {
  Comment: 'An <order>',
  StartAt: 'Check',
  States: {
    Check: { Type: 'Task', Resource: 'shop/check', Next: 'Large?', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Refuse' }] },
    'Large?': { Type: 'Choice', Choices: [{ Variable: '$.total', NumericGreaterThan: 1000, Next: 'Check' }, { Not: { Variable: '$.a', IsPresent: true }, Next: 'Wait & see' }], Default: 'Fan' },
    'Wait & see': { Type: 'Wait', Seconds: 60, Next: 'Wait & see', Catch: [] },
    Fan: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'One', States: { One: { Type: 'Pass', Next: 'Two' }, Two: { Type: 'Succeed' } } },
        { StartAt: 'Each', States: { Each: { Type: 'Map', ItemsPath: '$.items', ItemProcessor: { StartAt: 'Pick', States: { Pick: { Type: 'Task', Resource: 'a/pick', End: true } } }, End: true } } },
      ],
      Next: 'Done',
    },
    Done: { Type: 'Succeed' },
    Refuse: { Type: 'Fail', Error: 'Refused' },
  },
};

const overlap = (a: Box, b: Box): boolean => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** What is not as it must be: every box within its machine, beside the others, and the same inside. */
function untidy(machine: PlacedMachine): string[] {
  const boxes = [...machine.nodes, ...machine.marks, ...machine.names];
  const inMachine = boxes.flatMap((box, i) => [
    ...(box.x >= 0 && box.y >= 0 && box.x + box.width <= machine.width && box.y + box.height <= machine.height ? [] : [`${JSON.stringify(box)} is out of its machine`]),
    ...boxes.slice(i + 1).flatMap((other) => (overlap(box, other) ? [`${JSON.stringify(box)} overlaps ${JSON.stringify(other)}`] : [])),
  ]);
  const inside = machine.nodes.flatMap((node) =>
    node.inside.flatMap((box, i) => [
      ...(box.x > 0 && box.x + box.width < node.width && box.y + box.height < node.height ? [] : [`machine ${i} is out of ${node.node.name}`]),
      ...node.inside.slice(i + 1).flatMap((other) => (overlap(box, other) ? [`machines of ${node.node.name} overlap`] : [])),
      ...untidy(box.machine),
    ]),
  );
  return [...inMachine, ...inside];
}

const expectTidy = (machine: PlacedMachine): void => expect(untidy(machine)).toEqual([]);

describe('the picture of a definition', () => {
  it('has its states beside each other, machines inside a state within its box', () => {
    const machine = placed(graphOf(ORDER));
    expect(machine.nodes).toHaveLength(6);
    expect(machine.nodes.find(({ node }) => node.name === 'Fan')?.inside).toHaveLength(2);
    expectTidy(machine);
  });

  it('leads each edge from the border of one state to that of the other', () => {
    const { nodes, edges } = placed(graphOf(ORDER));
    const near = ({ x, y }: { x: number; y: number }): boolean => nodes.some((box) => x > box.x - 1 && x < box.x + box.width + 1 && y > box.y - 1 && y < box.y + box.height + 1);
    const drawn = edges.filter(({ points }) => points.length > 0);
    // Start, the seven ways between states; two states end their machine by their kind.
    expect(drawn).toHaveLength(8);
    for (const { points } of drawn) expect(near(points[points.length - 1]!)).toBe(true);
  });

  it('says what a state does, which rule leads where and which errors are caught', () => {
    const svg = svgOf(graphOf(ORDER));
    for (const text of ['shop/check', '60 s', '$.total &gt; 1000', 'not ($.a is present)', 'otherwise', 'States.ALL', 'Refused', '$.items', 'Wait &amp; see', '<title>An &lt;order&gt;</title>']) expect(svg).toContain(text);
    expect(svg).not.toContain('<order>');
  });

  it('has what undoes a Task beside it, by a dashed line, also inside a Parallel; nothing leads on from there', () => {
    const undone = { Type: 'Task', Resource: 's/a', Compensate: { Resource: 's/undo-a' }, End: true };
    const graph = graphOf({ StartAt: 'A', States: { A: { ...undone, End: undefined, Next: 'Fan' } as never, Fan: { Type: 'Parallel', Branches: [{ StartAt: 'B', States: { B: undone } }], End: true } } });
    const svg = svgOf(graph);
    expect(svg.match(/class="edge undo"/g)).toHaveLength(2);
    expect(svg.match(/<g class="Compensation"/g)).toHaveLength(2);
    expect(svg).toContain('undone by');
    expectTidy(placed(graph));
    const text = mermaidOf(graph);
    expect(text).toContain('n0 -.-|"undone by"| n0_undo');
    expect(text).toContain('n0_undo["s/undo-a"]:::undo');
    expect(text).toContain('classDef undo');
    expect(mermaidOf(graphOf(ORDER))).not.toContain('classDef undo');
  });

  it('stays readable, and is made in time, where hundreds of states lead to one', () => {
    const count = 200;
    const states = Object.fromEntries(Array.from({ length: count }, (_, i) => [`S${i}`, i === count - 1 ? { Type: 'Succeed' } : { Type: 'Task', Resource: 'a/b', Catch: [{ ErrorEquals: ['States.ALL'], Next: `S${count - 1}` }], Next: `S${i + 1}` }]));
    const machine = placed(graphOf({ StartAt: 'S0', States: states }));
    expect(machine.names.length).toBeGreaterThan(150);
    expect(machine.names[0]?.text).toBe('→ S199');
    expectTidy(machine);
  });

  it.each([[{}], [{ States: 1 }], [{ StartAt: 1, States: { A: 1, B: { Type: 7, Next: 'C', Choices: [1], Catch: [{ ErrorEquals: 1, Next: 'B' }], Branches: 1 } } }], [{ StartAt: 'A', States: { A: { Type: 'Parallel', Branches: [1, {}] } } }]])('is drawn as far as it can be understood: %j', (definition) => {
    const graph = graphOf(definition as Json);
    expectTidy(placed(graph));
    expect(svgOf(graph)).toContain('</svg>');
    expect(mermaidOf(graph)).toMatch(/^flowchart TD\n/);
  });
});

describe('the same as text of Mermaid', () => {
  it('has nested machines as boxes, and no character that means something to it', () => {
    const text = mermaidOf(graphOf(ORDER));
    expect(text).toContain('subgraph n3["Fan · Parallel"]');
    expect(text).toContain('n0 -.->|"States.ALL"| n5');
    expect(text).toContain('n1 -->|"$.total #62; 1000"| n0');
    expect(text).toContain('n2>"Wait #38; see<br/><small>60 s</small>"]');
    expect(mermaidOf(graphOf({ StartAt: 'a"] --> x["', States: { 'a"] --> x["': { Type: 'Succeed' } } }))).toContain('n0(["a#34;#93; --#62; x#91;#34;"]):::done');
  });
});

describe('text in lines', () => {
  it.each([
    ['one two three four', 9, ['one two', 'three', 'four']],
    ['a/very-long-name/and-more', 12, ['a/very-long-', 'name/and-', 'more']],
    ['abcdefghijklmnop', 5, ['abcde', 'fghij', 'klmnop'.slice(0, 4) + '…']],
    ['', 5, []],
  ])('%j in lines of %i', (text, characters, expected) => {
    expect(lines(text, { characters, most: 3 })).toEqual(expected);
  });
});
