import { ArtifactRef } from '@baton/contracts';
import { defineStep } from '@baton/step-sdk';
import { z } from 'zod';
import { Extracted } from '../extracted.ts';
import { checkScript } from '../figures/check.ts';
import { Script } from '../script/script.ts';
import { writeScript } from '../script/write-script.ts';

/** Writes 45 to 90 seconds of narration. Every figure has passed the check against the extracted data before it leaves. */
export const generateSummaryScript = defineStep({
  name: 'generate_summary_script',
  input: z.object({ extracted: Extracted }),
  output: z.object({ script: Script, script_file: ArtifactRef }),
  timeoutSeconds: 60,
  async run({ extracted }, ctx) {
    ctx.heartbeat({ percent: 0, message: 'Writing the script' });
    const script = checkScript(writeScript(extracted), extracted);
    ctx.signal.throwIfAborted();
    const bytes = Buffer.from(`${JSON.stringify(script, null, 2)}\n`);
    const script_file = await ctx.blob.put(bytes, { name: 'script.json', mediaType: 'application/json' });
    ctx.log.info({ scenes: script.scenes.length, estimatedSeconds: script.estimatedSeconds }, 'script written and checked');
    ctx.heartbeat({ percent: 100, message: 'Script written' });
    return { script, script_file };
  },
});
