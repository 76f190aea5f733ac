import { describe, expect, it } from '@jest/globals';
import { attemptKey } from './ids.ts';
import { callbackKey, readTaskToken, spokenForKey, taskTokenText } from './task-token.ts';

const key = attemptKey('run-1', 'Ask.1', 2);

describe('a task token', () => {
  it('says which attempt it is for', () => {
    expect(readTaskToken(taskTokenText(key, '1.abc.d-_'))).toEqual({ runId: 'run-1', stepId: 'Ask.1', attempt: 2, proof: '1.abc.d-_' });
  });

  it.each(['', 'run-1', 'run-1/Ask.1/2', 'run-1/Ask.1/0/p', 'run-1/Ask.1/2/', 'run-1/Ask.1/2/p/q', 'run 1/Ask.1/2/p', 'run-1//2/p'])('is no other text: %j', (text) => {
    expect(readTaskToken(text)).toBeUndefined();
  });

  it('is proved for something else than a worker’s answer', () => {
    const attempt = { stepId: 'Ask.1', attempt: 2 };
    expect(spokenForKey('run-1', attempt)).toBe(key);
    expect(spokenForKey('run-1', { ...attempt, callback: true })).toBe(callbackKey(key));
    expect(callbackKey(key)).not.toBe(key);
  });
});
