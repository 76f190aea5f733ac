import { counter, histogram } from '@baton/platform-kit';

/** What a step service counts. `service` keeps several of them in one process apart. */
export const measures = {
  attempts: counter('baton.step.attempts', { description: 'Attempts that ended, by outcome', labels: ['service', 'step', 'outcome'] }),
  serviceTime: histogram('baton.step.service_time_seconds', { description: 'From the start of an attempt to its end', unit: 's', labels: ['service', 'step', 'outcome'] }),
  queueTime: histogram('baton.step.queue_time_seconds', { description: 'From the command to the start of the attempt', unit: 's', labels: ['service', 'step'] }),
  heartbeats: counter('baton.step.heartbeats', { description: 'Heartbeats acknowledged', labels: ['service', 'step'] }),
  hung: counter('baton.step.hung_attempts', { description: 'Attempts that ignored their signal', labels: ['service', 'step'] }),
  repeated: counter('baton.step.repeated_commands', { description: 'Commands that came again', labels: ['service', 'step'] }),
  deadLetters: counter('baton.step.dead_letters', { description: 'Commands that could not be read', labels: ['service', 'reason'] }),
} as const;
