import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeUtf8, murmur2, partitionOf } from './index.ts';

const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31);
const kafkajs = createRequire(import.meta.url)('kafkajs') as { Partitioners: { JavaCompatiblePartitioner: () => (args: { topic: string; partitionMetadata: { partitionId: number; leader: number }[]; message: { key: Buffer } }) => number } };
const java = kafkajs.Partitioners.JavaCompatiblePartitioner();
const javaPartition = (key: Uint8Array, partitions: number): number =>
  java({ topic: 't', partitionMetadata: Array.from({ length: partitions }, (_, partitionId) => ({ partitionId, leader: 1 })), message: { key: Buffer.from(key) } });

describe('the partition of a run', () => {
  it('is the one that a producer with the Java default takes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer({ min: 1, max: 500 }), (key, partitions) => {
        expect(partitionOf(key, partitions)).toBe(javaPartition(encodeUtf8(key), partitions));
      }),
      { seed, numRuns: 2_000, verbose: 1 },
    );
  });

  it('hashes as Kafka’s own test vectors do', () => {
    // org.apache.kafka.common.utils.UtilsTest#testMurmur2
    expect(['21', 'foobar', 'a-little-bit-long-string', 'a-little-bit-longer-string', 'lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8'].map((text) => murmur2(encodeUtf8(text)))).toEqual([-973932308, -790332482, -985981536, -1486304829, -58897971]);
    expect(murmur2(new Uint8Array([0x61, 0x62, 0x63]))).toBe(479470107);
  });

  it('is spread evenly over run ids', () => {
    const counts = new Array<number>(12).fill(0);
    for (let i = 0; i < 12_000; i++) counts[partitionOf(`run-${i}`, 12)]!++;
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1_150);
  });
});
