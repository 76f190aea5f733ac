import { AVERROR_EAGAIN, AVERROR_EOF } from 'node-av/constants';
import { FFmpegError, Packet } from 'node-av/lib';
import type { CodecContext, Frame } from 'node-av/lib';

/** Gives the encoder a frame (null: the last has been given) and writes every packet it then has. */
export async function encode(encoder: CodecContext, frame: Frame | null, write: (packet: Packet) => Promise<void>): Promise<void> {
  FFmpegError.throwIfError(await encoder.sendFrame(frame), 'encode a frame');
  using packet = new Packet();
  packet.alloc();
  for (;;) {
    const code = await encoder.receivePacket(packet);
    if (code === AVERROR_EAGAIN || code === AVERROR_EOF) return;
    FFmpegError.throwIfError(code, 'take an encoded packet');
    await write(packet);
    packet.unref();
  }
}
