import { describe, expect, it } from '@jest/globals';
import { BusinessValidationError, memoryBlobStore, testStep } from '@baton/step-sdk';
import { sampleExtracted } from '../../fixtures/sample-extracted.ts';
import { generateSummaryScript } from './generate-summary-script.ts';
import { generateSummarySlide } from './generate-summary-slide.ts';

const extracted = sampleExtracted();

describe('generate_summary_script and generate_summary_slide', () => {
  it('turn extracted data into script, pictures, presentation and the order for a film', async () => {
    const blobs = memoryBlobStore();
    const script = await testStep(generateSummaryScript, { extracted }, { blobs });
    expect(script.output.script_file).toMatchObject({ name: 'script.json', mediaType: 'application/json' });
    expect(script.output.script.estimatedSeconds).toBeGreaterThan(45);
    expect(script.output.script.estimatedSeconds).toBeLessThan(90);

    const drawn = await testStep(generateSummarySlide, { extracted, script: script.output.script }, { blobs });
    const { slides, film_job: job } = drawn.output;
    expect(slides.images.map(({ name }) => name)).toEqual(['slide-01-opening.png', 'slide-02-performance.png', 'slide-03-risk.png', 'slide-04-strategy.png', 'slide-05-closing.png']);
    expect(job.scenes.map(({ slide }) => slide)).toEqual(slides.images);
    expect(job.scenes[1]?.sentences[0]).toEqual({
      text: 'In the month to 31 October 2025, the share class returned -3.41%, after fees.',
      spoken: 'In the month to the thirty-first of October, twenty twenty-five, the share class returned minus three point four one percent, after fees.',
    });
    expect(drawn.heartbeats.map(({ percent }) => percent)).toEqual([0, 17, 33, 50, 67, 83, 100]);
  });

  it('refuse a script that was changed on its way, before anything is drawn', async () => {
    const { output } = await testStep(generateSummaryScript, { extracted });
    const script = structuredClone(output.script);
    const sentence = script.scenes[1]?.sentences[0];
    if (sentence) sentence.text = sentence.text.replace('-3.41', '3.41');
    const attempt = testStep(generateSummarySlide, { extracted, script });
    await expect(attempt).rejects.toBeInstanceOf(BusinessValidationError);
    await expect(attempt).rejects.toThrow(/found 3\.41%/);
  });

  it('stop between slides when the attempt is cancelled, without a result', async () => {
    const { output } = await testStep(generateSummaryScript, { extracted });
    const controller = new AbortController();
    controller.abort(new Error('The run was cancelled'));
    await expect(testStep(generateSummarySlide, { extracted, script: output.script }, { signal: controller.signal })).rejects.toThrow('cancelled');
  });
});
