/** The factsheet service as a process: publishes its workflow and serves its steps. */
import { serve } from '@baton/step-sdk';
import { factsheetSteps, fundFactsheetVideo, SERVICE } from './index.ts';

await serve({ service: SERVICE, steps: factsheetSteps(), workflows: [fundFactsheetVideo] });
