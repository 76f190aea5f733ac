import { defineStep } from '@baton/step-sdk';
import { greaterThan, workflow } from '@baton/workflow';
import { z } from 'zod';

const check = defineStep({ name: 'check_claim', input: z.object({ order: z.string() }), output: z.object({ amount: z.number() }), run: ({ order }) => ({ amount: order.length * 50 }) });
const approve = defineStep({ name: 'ask_a_person', input: z.object({ amount: z.number() }), output: z.object({ approved_by: z.string() }), run: () => ({ approved_by: 'Ada' }) });
const pay = defineStep({ name: 'pay_back', input: z.object({ order: z.string(), amount: z.number() }), output: z.object({ paid: z.number() }), run: ({ amount }) => ({ paid: amount }) });
export const steps = [check, approve, pay];

// The builder
export const refund = workflow('refund', { service: 'claims' })
  .input(z.object({ order: z.string() }))
  .step(check)
  .choice('ask_a_person?', ($, when) => [when(greaterThan($.amount, 100), (flow) => flow.step(approve))])
  .step(pay)
  .build();
