/** Delayed wake-ups on BullMQ. Nothing outside of this package knows BullMQ. */
export { connectWakeUps, type ConnectedWakeUps, type WakeUpsOptions } from './connect-wake-ups.ts';
