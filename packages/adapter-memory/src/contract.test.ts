/** The contract suites of all ports against the embedded adapter, in memory and with a directory. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blobStoreSuite, checkpointsSuite, commandsSuite, deadLetterIndexSuite, deadLettersSuite, definitionsSuite, historyLogSuite, inboxSuite, poisonWatchSuite, requestsSuite, runViewsSuite, stateIndexSuite, wakeUpsSuite } from '@baton/testkit';
import { memoryCheckpoints, openMemory, type Memory, type MemoryOptions } from './index.ts';

async function inMemory(options: Partial<MemoryOptions> = {}): Promise<{ memory: Memory; close(): Promise<void> }> {
  const memory = await openMemory({ namespace: 'suite', partitions: 4, ...options });
  return { memory, close: () => memory.close() };
}

async function inDirectory(): Promise<{ memory: Memory; close(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'baton-memory-'));
  const opened = await inMemory({ directory, retainBytes: 65_536 });
  return {
    memory: opened.memory,
    async close() {
      await opened.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

for (const [name, open] of [
  ['in memory', inMemory],
  ['in a directory', inDirectory],
] as const) {
  const connections = async () => {
    const { memory, close } = await open();
    return { memory, close };
  };
  historyLogSuite(name, async () => {
    const { memory, close } = await connections();
    return { log: memory.history, close };
  });
  inboxSuite(name, async () => {
    const { memory, close } = await connections();
    return {
      async connect() {
        const { inboxSender: sender, inboxSource: source } = memory.connect();
        return { sender, source };
      },
      close,
    };
  });
  commandsSuite(name, async () => {
    const { memory, close } = await connections();
    return {
      namespace: 'suite',
      partitions: 4,
      services: ['one', 'two'],
      async connect() {
        const connection = memory.connect();
        return { bus: connection.commandBus, source: connection.commandSource, crash: async () => connection.crash() };
      },
      close,
    };
  });
  requestsSuite(name, async () => {
    const { memory, close } = await connections();
    return {
      async connect() {
        const connection = memory.connect();
        return { sender: connection.requestSender, source: connection.requestSource, crash: async () => connection.crash() };
      },
      close,
    };
  });
  definitionsSuite(name, async () => {
    const { memory, close } = await connections();
    return { connect: async () => memory.connect().definitions, close };
  });
  deadLettersSuite(name, async () => {
    const { memory, close } = await connections();
    return { namespace: 'suite', deadLetters: memory.deadLetters, inbox: memory.inboxSource, close };
  });
  deadLetterIndexSuite(name, async () => {
    const { memory, close } = await connections();
    return { index: memory.deadLetterIndex, wipe: async () => memory.wipeView(), close };
  });
  poisonWatchSuite(name, async () => {
    const { memory, close } = await connections();
    return { watch: memory.poisonWatch, wipe: async () => memory.wipeView(), close };
  });
  const stateIndex = async () => {
    const { memory, close } = await connections();
    return { index: memory.stateIndex, views: memory.runViews, partitions: 4, wipe: async () => memory.wipeView(), close };
  };
  stateIndexSuite(name, stateIndex);
  runViewsSuite(name, stateIndex);
  wakeUpsSuite(name, async () => {
    const { memory, close } = await connections();
    return { connect: async () => memory.connect().wakeUps, close };
  });
  blobStoreSuite(name, async () => {
    const { memory, close } = await connections();
    return { store: memory.blobStore, close };
  });
}

checkpointsSuite('memory', async () => ({ checkpoints: memoryCheckpoints(), close: async () => undefined }));
