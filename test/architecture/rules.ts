/**
 * Who may import whom. One row per room of the house; a package without a row is refused, so a new one is added here first.
 *
 * Imports go inwards only: contracts in the middle, the pure engine around it, then ports, adapters, and at the edge the
 * services, whose main.ts is the one place where the lines meet. A row that has to grow is a decision: say why in it.
 */

export interface Room {
  /** Our packages that its code may import, without the scope. */
  readonly ours: readonly string[];
  /** npm packages that its code may import; `@scope/*` stands for a whole family. */
  readonly npm: readonly string[];
  /** Node's own modules: any, none, or none but in these files (from the package's `src`). */
  readonly nodeModules: 'any' | 'none' | { readonly onlyIn: readonly string[] };
  /** What its tests may import on top of it. */
  readonly inTests?: readonly string[];
  /** Doors beside `.`, and who may come in by them; default: none. */
  readonly sideDoors?: Readonly<Record<string, 'anyone' | 'tests'>>;
  /** What the row's outsiders are told. */
  readonly legalWay: string;
}

const portsWay = 'State what you need as an interface in packages/ports, let an adapter fulfil it, and join the two in the main.ts of a service.';
const pureWay = 'Take it as an argument, or derive it from the record; what must reach outside is an effect that the runtime carries out.';
const adapterWay = `An adapter knows its vendor and the ports, nothing else. ${portsWay}`;
const sdkWay = 'A business service sees the platform through @baton/step-sdk. If it lacks something, add that there for everybody.';
const platform = [
  'contracts', 'expressions', 'workflow', 'core', 'ports', 'runtime', 'adapter-memory', 'adapter-kafka', 'adapter-redis', 'adapter-bullmq',
  'platform-kit', 'step-sdk', 'client', 'testkit',
];

export const rooms: Readonly<Record<string, Room>> = {
  // SHA-256 for ids and content addresses: these packages run where node:crypto may not be imported.
  'packages/contracts': { ours: [], npm: ['zod', '@noble/hashes'], nodeModules: 'none', legalWay: 'Contracts are data about data: they depend on nothing of ours and reach nothing.' },
  'packages/expressions': { ours: ['contracts'], npm: ['json-p3', 'jsonata', 're2js', '@noble/hashes'], nodeModules: 'none', sideDoors: { './testing': 'tests' }, legalWay: pureWay },
  'packages/workflow': { ours: ['contracts', 'expressions'], npm: ['zod', 'yaml'], nodeModules: 'none', legalWay: pureWay },
  'packages/core': { ours: ['contracts', 'expressions', 'workflow'], npm: ['@noble/hashes'], nodeModules: 'none', legalWay: pureWay },
  // Imports nothing that reaches outside, so that whoever can gather evidence can hold it against the invariants.
  'packages/invariants': { ours: ['contracts', 'workflow', 'core'], npm: [], nodeModules: 'none', inTests: ['adapter-memory', 'ports', 'runtime'], legalWay: pureWay },
  'packages/ports': { ours: ['contracts'], npm: [], nodeModules: 'none', legalWay: 'Ports are interfaces only; what fulfils one is an adapter.' },
  'packages/runtime': { ours: ['contracts', 'workflow', 'core', 'ports'], npm: [], nodeModules: 'none', inTests: ['adapter-memory'], legalWay: portsWay },
  // Kept on disk by Node's own SQLite when it is given a directory: one file reaches out.
  'packages/adapter-memory': { ours: ['contracts', 'ports'], npm: [], nodeModules: 'any', legalWay: adapterWay },
  // Kafka's records carry a CRC-32C, which neither Node nor kafkajs has but in JavaScript.
  'packages/adapter-kafka': { ours: ['contracts', 'ports'], npm: ['kafkajs', '@node-rs/crc32'], nodeModules: 'any', legalWay: adapterWay },
  'packages/adapter-redis': { ours: ['contracts', 'ports'], npm: ['ioredis'], nodeModules: 'any', legalWay: adapterWay },
  'packages/adapter-bullmq': { ours: ['contracts', 'ports'], npm: ['bullmq', 'bullmq-otel', 'ioredis'], nodeModules: 'any', legalWay: adapterWay },
  'packages/platform-kit': { ours: ['contracts', 'ports'], npm: ['zod', 'pino', '@opentelemetry/*', 'import-in-the-middle'], nodeModules: 'any', sideDoors: { './register': 'anyone' }, legalWay: portsWay },
  'packages/step-sdk': {
    ours: ['contracts', 'workflow', 'ports', 'platform-kit', 'adapter-kafka'], npm: ['zod'], nodeModules: 'any', inTests: ['adapter-memory'],
    legalWay: 'A step service talks to the engine over topics alone, never to core or runtime: put what both need into contracts.',
  },
  'packages/client': { ours: ['contracts'], npm: [], nodeModules: 'any', inTests: ['gateway'], legalWay: 'The client speaks to the gateway by fetch, with the bodies of contracts.' },
  // Contract suites are functions over jest's own: it imports their types.
  'packages/testkit': { ours: ['contracts', 'workflow', 'core', 'ports', 'runtime', 'adapter-memory'], npm: ['testcontainers', '@testcontainers/*', '@jest/globals'], nodeModules: 'any', legalWay: portsWay },
  // platform-kit: the log of `baton dev`. adapter-redis, invariants: `verify`, `drill`, `rebuild` and `doctor` look behind the
  // gateway, at the view, by the rules of what must hold. runtime: what an operator says to a partition stands in the history as
  // lanes read it, and a drill builds the view by the code that they build it with. core, expressions: `test-state` and `eval` try
  // out what an author wrote by the code that runs it.
  'packages/cli': {
    ours: ['contracts', 'expressions', 'workflow', 'core', 'ports', 'client', 'adapter-kafka', 'adapter-redis', 'invariants', 'runtime', 'topics', 'platform-kit'], npm: ['zod', 'commander', 'cli-table3', '@bomb.sh/tab', 'listr2', '@dagrejs/dagre'], nodeModules: 'any', inTests: ['adapter-memory', 'gateway'],
    legalWay: 'The command line goes through @baton/client; through the adapters of Kafka and Redis for topics, requests and the checks of an operator.',
  },
  'services/orchestrator': { ours: platform, npm: ['zod', 'express'], nodeModules: 'any', inTests: ['topics'], legalWay: 'The conductor is made of platform packages; what is business belongs to a service of its own.' },
  'services/gateway': { ours: platform, npm: ['zod', 'zod-openapi', 'express', 'helmet', 'ajv', 'ajv-formats', 're2js'], nodeModules: 'any', sideDoors: { './testing': 'tests' }, inTests: ['topics'], legalWay: 'The door is made of platform packages; what is business belongs to a service of its own.' },
  'services/map-data': {
    ours: ['contracts', 'ports', 'platform-kit', 'step-sdk'], npm: ['csv-parse', 'hyparquet', 'zod'], nodeModules: 'any', inTests: ['workflow'],
    legalWay: 'It is a step service like any other: it sees the engine through @baton/step-sdk, and the files through the blob port.',
  },
  'services/fund-factsheet-video': {
    // The generator of sample documents, for the demonstration.
    sideDoors: { './fixtures': 'anyone' },
    ours: ['contracts', 'workflow', 'step-sdk', 'platform-kit'], nodeModules: 'any', legalWay: sdkWay,
    // jszip opens what pptxgenjs wrote, so that the same deck gives the same bytes.
    npm: ['zod', 'pdfjs-dist', '@napi-rs/canvas', 'satori', 'vega', 'vega-lite', 'pptxgenjs', 'jszip', '@fontsource/inter', 'pdfkit'],
  },
  'services/video-studio': {
    ours: ['contracts', 'workflow', 'step-sdk', 'platform-kit'], nodeModules: 'any', legalWay: sdkWay,
    npm: ['zod', '@napi-rs/canvas', 'mediabunny', 'node-av', 'text2wav'],
  },
  'infra/topics': { ours: ['contracts', 'ports', 'adapter-kafka'], npm: ['kafkajs'], nodeModules: 'any', legalWay: 'Topics as code know the contracts and the Kafka client.' },
  'infra/local': { ours: [], npm: [], nodeModules: 'any', legalWay: 'The launcher serves teams that have nothing of ours: Node alone.' },
  'infra/docker': { ours: [], npm: [], nodeModules: 'any', legalWay: 'This runs in every image: built-in modules alone.' },
  // Runs before anything is installed.
  'infra/setup': { ours: [], npm: [], nodeModules: 'any', legalWay: 'This runs before npm ci: built-in modules alone.' },
};

/** Folders that put the whole together and may therefore import all of it: what crosses packages, and the demonstration. */
export const everythingRooms = ['test', 'infra/demo'];

/** Every test may use these. */
export const testLibraries = {
  ours: ['local', 'testkit'],
  npm: ['@jest/globals', 'fast-check', 'pure-rand', 'kafkajs', 'ioredis', 'bullmq', 'zod', 'pdf-lib', 'jszip', 'playwright-core', 'oxc-parser', 'yaml', '@asyncapi/parser', 'ajv', 'ajv-formats', '@opentelemetry/*'],
};

/** A package, folder or file of this name is where things without a subject gather. */
export const forbiddenNames = /^(common|shared|utils?|helpers?|misc|lib|stuff)(\.[a-z]+)*$/;

/** The platform knows runs, steps and time; none of these words. Singular forms; plurals are refused too. */
export const businessWords = new Set([
  'fund', 'factsheet', 'isin', 'sharpe', 'benchmark', 'portfolio', 'investor', 'narration', 'narrator', 'slide', 'film', 'video', 'caption',
  'earnings', 'dividend', 'espeak', 'ffmpeg',
]);

/** Files that name a business all the same, each with its reason. */
export const vocabularyExceptions: Readonly<Record<string, string>> = {
  'infra/topics/src/environment.ts': 'the services of this repository, as the default of what is deployed',
};

/** Rooms that belong to the platform, and so to every business. */
export const platformRooms = Object.keys(rooms).filter((dir) => !['services/fund-factsheet-video', 'services/video-studio'].includes(dir) && dir !== 'infra/setup' && dir !== 'infra/docker');
