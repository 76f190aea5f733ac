import type { Request } from 'express';
import { Refusal } from '../refusal.ts';

/** The header or the body's field; the header may be quoted, as the IETF draft for Idempotency-Key has it. */
export function idempotencyKeyOf(request: Request, { inBody, field }: { readonly inBody: string | undefined; readonly field: string }): string | undefined {
  const header = request.get('idempotency-key')?.replace(/^"(.*)"$/, '$1');
  if (header === undefined) return inBody;
  if (header.length < 1 || header.length > 255) {
    throw new Refusal('schema', `Expected an Idempotency-Key of 1 to 255 characters, but found ${header.length}`, { problems: [{ field: 'Idempotency-Key', message: 'must have 1 to 255 characters' }] });
  }
  if (inBody !== undefined && inBody !== header) {
    throw new Refusal('schema', `The header Idempotency-Key and the field ${field} differ; send one of them`, { problems: [{ field: `/${field}`, message: 'differs from the header Idempotency-Key' }] });
  }
  return header;
}
