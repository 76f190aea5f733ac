import { defineStep } from '@baton/step-sdk';
import { workflow } from '@baton/workflow';
import { z } from 'zod';

const collect = defineStep({ name: 'collect_bookings', input: z.object({ account: z.string() }), output: z.object({ bookings: z.array(z.number()) }), run: ({ account }) => ({ bookings: account === 'empty' ? [] : [5, 7] }) });
const render = defineStep({
  name: 'render_statement',
  input: z.object({ bookings: z.array(z.number()) }),
  output: z.object({ pages: z.number() }),
  run: ({ bookings }) => {
    if (bookings.length === 0) throw Object.assign(new Error('There is nothing to render'), { name: 'NothingToRender' });
    return { pages: bookings.length };
  },
});
const send = defineStep({ name: 'send_letter', input: z.object({ to: z.string(), pages: z.number() }), output: z.object({ sent: z.string() }), run: ({ to, pages }) => ({ sent: `${pages} pages to ${to}` }) });
export const steps = [collect, render, send];

// The builder
export const monthlyStatement = workflow('monthly-statement', { service: 'statements', defaults: { max_retries: 1 } })
  .input(z.object({ account: z.string() }))
  .step(collect)
  .step(render, { timeout_seconds: 60 })
  .step(send, { input: ($) => ({ to: $.account, pages: $.pages }) })
  .build();
