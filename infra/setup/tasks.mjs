/** The commands of this repository: what `npm run <name>` starts once the dependencies are there. Paths are from the root. */
export const tasks = {
  demo: { entry: 'infra/demo/src/main.ts', says: 'a factsheet becomes a film' },
  test: { run: 'tests', says: 'every test' },
  baton: { entry: 'packages/cli/src/main.ts', says: 'the command line tool' },
  bench: { entry: 'test/bench/main.ts', says: 'throughput and latency against the bare-Kafka floor' },
  conformance: { entry: 'test/conformance/main.ts', says: 'the language against what others know of it' },
  sim: { entry: 'test/simulation/main.ts', says: 'the engine in simulated worlds where everything goes wrong' },
  chaos: { entry: 'test/chaos/main.ts', says: 'the system on real servers, under load, while everything goes wrong' },
  'chaos:sweep': { entry: 'test/crash/main.ts', says: 'each process ends at each point where that could hurt, on real servers' },
  infra: { entry: 'infra/local/src/main.ts', says: 'Kafka and Redis on this machine: up, down, status' },
  'score:factsheets': { entry: 'services/fund-factsheet-video/src/score/main.ts', says: 'how much is read right from factsheets' },
  'docs:contracts': { entry: 'docs/reference/generate.ts', says: 'JSON Schemas, OpenAPI and AsyncAPI from the contracts' },
};
