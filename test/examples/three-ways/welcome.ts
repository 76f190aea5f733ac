import { defineStep } from '@baton/step-sdk';
import { workflow } from '@baton/workflow';
import { z } from 'zod';

const verify = defineStep({ name: 'verify_identity', input: z.object({ passport: z.string() }), output: z.object({ name: z.string() }), run: ({ passport }) => ({ name: passport.toUpperCase() }) });
const open = defineStep({ name: 'open_account', input: z.object({ name: z.string() }), output: z.object({ iban: z.string() }), run: ({ name }) => ({ iban: `CH-${name}` }) });
const order = defineStep({ name: 'order_card', input: z.object({ name: z.string() }), output: z.object({ card: z.string() }), run: ({ name }) => ({ card: `card of ${name}` }) });
const greet = defineStep({ name: 'send_welcome', input: z.object({ account: z.string(), card: z.string() }), output: z.object({ sent: z.boolean() }), run: () => ({ sent: true }) });
export const steps = [verify, open, order, greet];

// The builder
export const welcome = workflow('welcome', { service: 'bank' })
  .input(z.object({ passport: z.string() }))
  .step(verify)
  .parallel('Set up', { account: (flow) => flow.step(open, { result: 'replace' }), card: (flow) => flow.step(order, { result: 'replace' }) }, { result: { into: 'made' } })
  .step(greet, { input: ($) => ({ account: $.made.account.iban, card: $.made.card.card }) })
  .build();
