import { Name } from '@baton/contracts';

/** Consumer groups of a namespace share its prefix, so that one rule grants or forbids them. */
export function groupNames(namespace: string): { readonly orchestrators: string; readonly requests: string; steps(service: string): string } {
  const prefix = `baton.${namespace}.`;
  return { orchestrators: `${prefix}orchestrators`, requests: `${prefix}requests`, steps: (service) => `${prefix}steps.${Name.parse(service)}` };
}
