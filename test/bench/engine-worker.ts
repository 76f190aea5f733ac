/** The benchmark's step service: five steps that answer with a payload of the asked size, in a process of its own. */
import { defineStep, serve } from '@baton/step-sdk';
import { workflow } from '@baton/workflow';
import { z } from 'zod';

export const BENCH_SERVICE = 'bench';
const { payloadBytes, steps } = JSON.parse(process.argv[2] ?? '{}') as { payloadBytes: number; steps: number };
const payload = 'x'.repeat(payloadBytes);
const names = Array.from({ length: steps }, (_, i) => `step_${i + 1}`);

const served = await serve({
  service: BENCH_SERVICE,
  concurrency: 400,
  steps: names.map((name) => defineStep({ name, input: z.looseObject({}), output: z.object({ payload: z.string() }), run: async () => ({ payload }) })),
  // Each output replaces the data, so that every command carries one payload, as the floor's does.
  workflows: [names.reduce((flow, name) => flow.step(name, { resultPath: '$' }), workflow('five_step', { service: BENCH_SERVICE })).build()],
});
process.send?.({ ready: true });
process.on('message', (message: { stop?: true }) => {
  if (message.stop) void served.stop().then(() => process.exit(0));
});
