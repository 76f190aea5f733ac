import { diag } from '@opentelemetry/api';
import { globalErrorHandler } from '@opentelemetry/core';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createLog } from '../log/log.ts';
import { logTelemetryTrouble } from './quiet-trouble.ts';

afterEach(() => diag.disable());

describe('trouble with telemetry', () => {
  it('is logged once a minute, with the number of those left out', () => {
    const lines: Record<string, unknown>[] = [];
    const clock = { ms: 0, nowMs: () => clock.ms };
    logTelemetryTrouble(createLog({ service: 's', destination: { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) } }), clock);
    globalErrorHandler(new Error('connection refused'));
    diag.error('export failed', { status: 503 });
    clock.ms = 59_999;
    diag.warn('dropped 12 spans');
    diag.info('not worth a word');
    expect(lines).toHaveLength(1);
    clock.ms = 60_000;
    diag.error('export failed', new Error('timed out'));
    expect(lines).toMatchObject([{ level: 'warn', trouble: 'connection refused' }, { level: 'warn', trouble: 'timed out', leftOut: 2 }]);
  });
});
