export { openMemory, type Memory, type MemoryConnection, type MemoryOptions } from './open-memory.ts';
export { manualClock, type ManualClock } from './manual-clock.ts';
export { systemClock } from './system-clock.ts';
