import { createHash } from 'node:crypto';
import { mkdir, open, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { newRoom } from './rooms.ts';

/**
 * Finished parts of films, on disk, under names made from everything that decides their content.
 *
 * Invariants:
 * 1. A file under its final name is whole: it is written elsewhere, flushed and renamed. A kill in between leaves no part, never half of one.
 * 2. Equal order, equal name: after a kill the next attempt finds what was finished and makes only the rest.
 * 3. Parts a running film of this process uses are not swept away.
 */
export interface Part {
  readonly path: string;
  /** False where it was already there. */
  readonly made: boolean;
}

export interface PartOrder {
  /** Also the start of the file's name. */
  readonly kind: 'narration' | 'scene' | 'film';
  readonly extension: string;
  /** Everything that decides the content; plain JSON. */
  readonly from: Readonly<Record<string, unknown>>;
  readonly make: (temporaryPath: string) => Promise<void>;
}

export class PartStore {
  readonly directory: string;
  readonly #inUse = new Map<string, number>();

  constructor(directory: string) {
    this.directory = directory;
  }

  /** The parts one film uses; `release` lets them be swept again. */
  openUse(): PartUse {
    const held: string[] = [];
    return {
      get: async (order) => {
        const part = await this.#get(order, (path) => {
          held.push(path);
          this.#inUse.set(path, (this.#inUse.get(path) ?? 0) + 1);
        });
        return part;
      },
      discard: async () => { await Promise.all(held.map((path) => rm(path, { force: true }))); },
      release: () => {
        for (const path of held.splice(0)) {
          const uses = (this.#inUse.get(path) ?? 1) - 1;
          if (uses === 0) this.#inUse.delete(path); else this.#inUse.set(path, uses);
        }
      },
    };
  }

  isInUse(path: string): boolean {
    return this.#inUse.has(path);
  }

  async #get(order: PartOrder, hold: (path: string) => void): Promise<Part> {
    const parts = join(this.directory, 'parts');
    // Films may be confidential and the default place is shared by all users of the machine.
    await mkdir(parts, { recursive: true, mode: 0o700 });
    const name = createHash('sha256').update(JSON.stringify([order.kind, order.from])).digest('hex');
    const path = join(parts, `${order.kind}-${name}.${order.extension}`);
    hold(path);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && found.size > 0) {
      const now = new Date();
      await utimes(path, now, now).catch(() => undefined);
      return { path, made: false };
    }
    const room = await newRoom(this.directory);
    try {
      const temporary = join(room, `part.${order.extension}`);
      await order.make(temporary);
      await flush(temporary);
      await rename(temporary, path);
    } finally {
      await rm(room, { recursive: true, force: true });
    }
    return { path, made: true };
  }
}

export interface PartUse {
  /** The part, made only if it is not there yet. Two at once may both make it; the last stays, and they are equal. */
  get(order: PartOrder): Promise<Part>;
  /** Takes away every part used so far: for when the film made from them is wrong. Another film that shares one then fails once and is made again. */
  discard(): Promise<void>;
  release(): void;
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
