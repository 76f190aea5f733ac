/** The versioned prompt and the schema of the answer, read from `prompts/`. A change is a new version, never an edit. */
import { readFileSync } from 'node:fs';
import type { DocumentText } from '../document-text.ts';

export const PROMPT_VERSION = 'v1';

/** Characters of a document that are sent: about 15,000 tokens, several times a factsheet's length. */
const MAX_CHARACTERS = 60_000;

export interface Prompt { readonly system: string; readonly schema: Record<string, unknown> }

export function readPrompt(): Prompt {
  const file = (name: string): string => readFileSync(promptsDirectory(name), 'utf8');
  return { system: file(`extract-factsheet.${PROMPT_VERSION}.md`), schema: JSON.parse(file(`extract-factsheet.${PROMPT_VERSION}.schema.json`)) as Record<string, unknown> };
}

/** `prompts/` stands beside `src/`; compiled code lies one directory deeper. */
function promptsDirectory(name: string): URL {
  const deeper = import.meta.url.includes('/dist/') ? '../' : '';
  return new URL(`../../../${deeper}prompts/${name}`, import.meta.url);
}

/** The document's lines with page marks, as far as the limit. */
export function documentForModel(document: DocumentText): string {
  const text = document.pages.map((page) => `=== page ${page.number} ===\n${page.lines.map((line) => line.cells.map((cell) => cell.text).join('   ')).join('\n')}`).join('\n\n');
  return text.slice(0, MAX_CHARACTERS);
}
