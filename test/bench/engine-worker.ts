/** The benchmark's step service: steps that answer with a payload of the asked size, in a process of its own. */
import { defineStep, serve } from '@baton/step-sdk';
import { z } from 'zod';
import { BENCH_SERVICE, fiveStepFlow, stepNames } from './five-step-flow.ts';

const { payloadBytes, steps } = JSON.parse(process.argv[2] ?? '{}') as { payloadBytes: number; steps: number };
const payload = 'x'.repeat(payloadBytes);

const served = await serve({
  service: BENCH_SERVICE,
  concurrency: 400,
  steps: stepNames(steps).map((name) => defineStep({ name, input: z.looseObject({}), output: z.object({ payload: z.string() }), run: async () => ({ payload }) })),
  workflows: [fiveStepFlow(steps)],
});
process.send?.({ ready: true });
process.on('message', (message: { stop?: true }) => {
  if (message.stop) void served.stop().then(() => process.exit(0));
});
