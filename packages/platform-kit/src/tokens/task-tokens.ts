/**
 * Task tokens by HMAC-SHA-256 over namespace and attempt key: only who was handed the command can answer for the attempt.
 * The token names its key, so that a new secret can be brought in while answers under the old one are still on their way.
 */
import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto';
import type { TaskTokens } from '@baton/ports';
import type { Secret } from '../config/secret.ts';

export interface TaskTokenOptions {
  readonly namespace: string;
  /** Signs and verifies. */
  readonly current: Secret;
  /** Verifies only: the secret before the last rotation. */
  readonly previous?: Secret;
}

interface Key {
  readonly id: string;
  readonly secret: KeyObject;
}

export function hmacTaskTokens(options: TaskTokenOptions): TaskTokens {
  const current = keyOf(options.current);
  const keys = options.previous === undefined ? [current] : [current, keyOf(options.previous)];
  const sign = (key: Key, attemptKey: string): Buffer => createHmac('sha256', key.secret).update(`baton-task-token/1\n${options.namespace}\n${attemptKey}`).digest();
  const minted = new Minted();
  return {
    mint(attemptKey) {
      const mac = sign(current, attemptKey).toString('base64url');
      minted.remember(attemptKey, mac);
      return `1.${current.id}.${mac}`;
    },
    verify(attemptKey, token) {
      const [, keyId, mac] = /^1\.([0-9a-f]{8})\.([A-Za-z0-9_-]{43})$/.exec(token ?? '') ?? [];
      if (keyId === undefined || mac === undefined) return false;
      const given = Buffer.from(mac, 'base64url');
      // The key's id is public; the comparison that depends on the secret takes the same time for every token.
      return keys.some((key) => key.id === keyId && timingSafeEqual((key === current ? minted.get(attemptKey) : undefined) ?? sign(key, attemptKey), given));
    },
  };
}

/** What was signed lately is not signed again when its answer comes. Oldest out first. */
class Minted {
  readonly #macs = new Map<string, string>();

  /** @param mac in base64url: a text takes a fraction of a buffer's memory. */
  remember(attemptKey: string, mac: string): void {
    this.#macs.set(attemptKey, mac);
    if (this.#macs.size > MOST_MINTED) this.#macs.delete(this.#macs.keys().next().value!);
  }

  get(attemptKey: string): Buffer | undefined {
    const mac = this.#macs.get(attemptKey);
    return mac === undefined ? undefined : Buffer.from(mac, 'base64url');
  }
}

/** Some 200 bytes each. */
const MOST_MINTED = 10_000;

function keyOf(secret: Secret): Key {
  const value = secret.reveal();
  // A key object is prepared once; from a text the key would be prepared again for every token.
  return { id: createHmac('sha256', value).update('baton-task-token-key').digest('hex').slice(0, 8), secret: createSecretKey(value, 'utf8') };
}
