/**
 * Asks a broker who is in the cluster: the first request of every Kafka client, and so the honest sign that one can connect.
 * Written out by hand (Metadata, version 1, no topics) so that the launcher needs no Kafka client.
 */
import { connect } from 'node:net';

const metadataApiKey = 3;
const apiVersion = 1;
const correlationId = 1;

/** True when the broker at this port names itself and a controller; false for every refusal, silence or nonsense. */
export const brokerAnswers = async (host: string, port: number, deadlineMs = 1_000): Promise<boolean> => (await brokersNamed(host, port, deadlineMs)) > 0;

/** How many brokers the one at this port names; 0 where it knows no controller, and for every refusal, silence or nonsense. */
export function brokersNamed(host: string, port: number, deadlineMs = 1_000): Promise<number> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    let received = Buffer.alloc(0);
    const finish = (answer: number): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(deadlineMs, () => finish(0));
    socket.on('error', () => finish(0));
    socket.on('close', () => resolve(0));
    socket.on('connect', () => socket.write(metadataRequest()));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 4 || received.length < 4 + received.readInt32BE(0)) return;
      finish(brokersIn(received.subarray(4)));
    });
  });
}

function metadataRequest(): Buffer {
  const clientId = Buffer.from('baton-local');
  const body = Buffer.alloc(2 + 2 + 4 + 2 + clientId.length + 4);
  let at = body.writeInt16BE(metadataApiKey, 0);
  at = body.writeInt16BE(apiVersion, at);
  at = body.writeInt32BE(correlationId, at);
  at = body.writeInt16BE(clientId.length, at);
  at += clientId.copy(body, at);
  body.writeInt32BE(0, at); // an empty list of topics: none, rather than all
  const size = Buffer.alloc(4);
  size.writeInt32BE(body.length);
  return Buffer.concat([size, body]);
}

function brokersIn(response: Buffer): number {
  try {
    let at = 4; // past the correlation id
    const brokers = response.readInt32BE(at);
    at += 4;
    for (let i = 0; i < brokers; i += 1) {
      at += 4; // node id
      at += 2 + response.readInt16BE(at); // host
      at += 4; // port
      at += 2 + Math.max(0, response.readInt16BE(at)); // rack, -1 for none
    }
    return response.readInt32BE(at) >= 0 ? brokers : 0;
  } catch {
    return 0;
  }
}
