/** Topics as code: what a namespace needs, created and checked. */
export { connectTopicAdmin, type TopicAdmin, type TopicDescription } from '@baton/adapter-kafka';
export type { TopicPlan, TopicSpec } from '@baton/contracts';
export { applyCommand, differenceLine, differencesOf, type TopicDifference } from './differences.ts';
export { planFromEnvironment } from './environment.ts';
export { applyTopics, checkTopics, planTopics, type TopicChange } from './topics.ts';
