/** The commands of this repository: what `npm run <name>` starts once the dependencies are there. Paths are from the root. */
export const tasks = {
  demo: { entry: 'infra/demo/src/main.ts', says: 'a factsheet becomes a film' },
  test: { run: 'tests', says: 'every test' },
  baton: { entry: 'packages/cli/src/main.ts', says: 'the command line tool' },
  bench: { entry: 'test/bench/main.ts', says: 'throughput and latency against the bare-Kafka floor' },
  sim: { entry: 'test/simulation/main.ts', says: 'the engine in simulated worlds where everything goes wrong' },
  infra: { entry: 'infra/local/src/main.ts', says: 'Kafka and Redis on this machine: up, down, status' },
  'score:factsheets': { entry: 'services/fund-factsheet-video/src/score/main.ts', says: 'how much is read right from factsheets' },
  'docs:contracts': { entry: 'docs/reference/generate.ts', says: 'JSON Schemas, OpenAPI and AsyncAPI from the contracts' },
};
