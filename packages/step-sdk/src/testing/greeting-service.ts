/** A step service as a process of its own, for this package's tests. */
import { workflow } from '@baton/workflow';
import { z } from 'zod';
import { defineStep, serve } from '../index.ts';

const input = z.object({ name: z.string() });

const greet = defineStep({ name: 'greet', input, output: z.object({ greeting: z.string() }), run: ({ name }) => ({ greeting: `Hello ${name}` }) });

/** Goes on until it is told to stop. */
const wait = defineStep({
  name: 'wait',
  input,
  output: z.object({}),
  run: (_input, ctx) =>
    new Promise((_resolve, reject) => {
      ctx.heartbeat({ percent: 10, message: 'waiting' });
      ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason as Error), { once: true });
    }),
});

await serve({ service: 'greeting', steps: [greet, wait], workflows: [workflow('greeting', { service: 'greeting' }).step('greet').build()] });
