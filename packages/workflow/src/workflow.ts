/** A workflow ready to be published: canonical, checked, content-addressed. */
import { DefinitionRef, hashJson, type DefinitionDocument, type DefinitionRecord, type Json, type JsonObject } from '@baton/contracts';
import type { StateMachine } from './states/index.ts';
import { DefinitionError } from './problem.ts';
import { validMachine } from './validate.ts';

export interface Workflow {
  readonly def: DefinitionRef;
  readonly asl: JsonObject;
  readonly machine: StateMachine;
  readonly inputSchema?: JsonObject;
  readonly source?: JsonObject;
  /** What a service publishes: the definition under its hash, then the pointer to it, which new runs take unless the alias `live` says otherwise. */
  toRecords(service: string): readonly DefinitionRecord[];
}

export interface WorkflowSource {
  readonly name: string;
  /** Counts up with each meaning of the workflow; for people, the hash is the identity. Default 1. */
  readonly version?: number;
  /** Amazon States Language. */
  readonly asl: JsonObject;
  /** JSON Schema (draft 2020-12) for the input of a run; absent: anything. */
  readonly inputSchema?: JsonObject;
  /** What it was written as, for people. */
  readonly source?: JsonObject;
}

/** @throws DefinitionError naming every mistake with its path. */
export function defineWorkflow(source: WorkflowSource): Workflow {
  const machine = validMachine(source.asl, `The workflow ${source.name}`);
  const ref = DefinitionRef.safeParse({ name: source.name, ver: source.version ?? 1, hash: definitionHash(source) });
  if (!ref.success) throw new DefinitionError(`The workflow ${source.name}`, ref.error.issues.map((issue) => ({ path: `$.${issue.path.join('.')}`, message: issue.message, severity: 'error' })));
  const def = ref.data;
  return {
    def,
    asl: source.asl,
    machine,
    ...(source.inputSchema !== undefined && { inputSchema: source.inputSchema }),
    ...(source.source !== undefined && { source: source.source }),
    toRecords: (service) => [
      {
        v: 1,
        t: 'definition',
        def,
        asl: source.asl,
        ...(source.inputSchema !== undefined && { inputSchema: source.inputSchema }),
        ...(source.source !== undefined && { source: source.source }),
        publishedBy: service,
      } satisfies DefinitionDocument,
      { v: 1, t: 'current', def, publishedBy: service },
    ],
  };
}

/** The identity of a definition: what it is called, its version, what it does, what it takes. Not who published it or how it was written. */
export function definitionHash(source: { readonly name: string; readonly version?: number; readonly asl: JsonObject; readonly inputSchema?: JsonObject }): string {
  return hashJson({ name: source.name, ver: source.version ?? 1, asl: source.asl, inputSchema: source.inputSchema ?? null } as unknown as Json);
}

/** Holds a published document against its own hash and the language. @throws DefinitionError. */
export function readDefinition(document: DefinitionDocument): Workflow {
  const workflow = defineWorkflow({
    name: document.def.name,
    version: document.def.ver,
    asl: document.asl,
    ...(document.inputSchema !== undefined && { inputSchema: document.inputSchema }),
    ...(document.source !== undefined && { source: document.source }),
  });
  if (workflow.def.hash !== document.def.hash) {
    throw new DefinitionError(`The workflow ${document.def.name}`, [{ path: '$.def.hash', message: `Expected ${workflow.def.hash}, the hash of what is published, but found ${document.def.hash}`, severity: 'error' }]);
  }
  return workflow;
}

