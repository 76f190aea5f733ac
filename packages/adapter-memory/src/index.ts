export { openMemory, type Memory, type MemoryConnection, type MemoryOptions } from './open-memory.ts';
export { manualClock, type ManualClock } from './manual-clock.ts';
export { systemClock } from './system-clock.ts';
export { memoryCheckpoints } from './checkpoints.ts';
export { poisonWatch, type PoisonTable } from './view/poison-watch.ts';
