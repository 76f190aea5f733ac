/** The workflow, in the short form: what happens to a factsheet, and by which business rules. */
import { shortForm } from '@baton/workflow';

export const fundFactsheetVideo = shortForm(
  {
    fund_factsheet_video: {
      steps: ['extract_factsheet_data', 'validate_extracted_data', 'generate_summary_script', 'generate_summary_slide', 'start_video_generation'],
      business_rules: { required_fields: ['performance_data', 'fund_strategy'], compliance_checks: ['gdpr', 'financial_regulations'] },
      default_error_handler: 'fail',
    },
  },
  {
    service: 'fund-factsheet-video',
    // The film is made by a service of its own, which serves several workflows. A minute of film takes a few minutes on few cores.
    bindings: { start_video_generation: { resource: 'video-studio/render_film', parameters: { 'job.$': '$.film_job' }, timeoutSeconds: 1_800, heartbeatSeconds: 60 } },
    inputSchema: {
      type: 'object',
      required: ['document'],
      properties: {
        document: {
          type: 'object',
          description: 'The factsheet as a stored PDF: the answer of POST /v1/artifacts.',
          required: ['hash', 'bytes', 'mediaType', 'name'],
          properties: { hash: { type: 'string', pattern: '^[0-9a-f]{64}$' }, bytes: { type: 'integer', minimum: 0 }, mediaType: { type: 'string' }, name: { type: 'string', minLength: 1, maxLength: 255 } },
        },
      },
    },
  },
);
