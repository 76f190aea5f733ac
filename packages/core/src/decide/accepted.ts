import type { Decision } from '../decision.ts';
import type { Unfolding } from '../unfolding.ts';

export const accepted = (run: Unfolding): Decision => ({ kind: 'accepted', events: run.events, effects: run.effects, state: run.state, ...(run.files.length > 0 && { files: run.files }) });
