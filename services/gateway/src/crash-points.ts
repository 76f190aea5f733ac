/** The gateway's ports with a crash point around what it owes an answer for; put on only where somebody watches. See docs/internals/crash-points.md. */
import { betweenCrashPoints, crashPointsAreWatched } from '@baton/platform-kit';
import type { GatewayPorts } from './ports.ts';

export function withCrashPoints(ports: GatewayPorts): GatewayPorts {
  if (!crashPointsAreWatched()) return ports;
  const { inbox, requests } = ports;
  return {
    ...ports,
    inbox: { send: (messages) => betweenCrashPoints('door.send', () => inbox.send(messages)) },
    requests: {
      topic: requests.topic,
      subscribe: ({ handle, crashed }) => requests.subscribe({ handle: (record) => betweenCrashPoints('door.request', () => handle(record)), crashed }),
    },
  };
}
