import { AVCOL_PRI_BT709, AVCOL_RANGE_MPEG, AVCOL_SPC_BT709, AVCOL_TRC_BT709, AV_CODEC_FLAG_GLOBAL_HEADER, AV_PIX_FMT_YUV420P, AV_PROFILE_H264_HIGH } from 'node-av/constants';
import { Codec, CodecContext, Dictionary, FFmpegError, Packet, Rational } from 'node-av/lib';
import { frameHeight, frameWidth, framesPerSecond, sceneGraph, segmentMovFlags, videoTimescale, x264 } from '../picture.ts';
import { encode } from './encode.ts';
import { openGraph } from './graph.ts';
import type { SceneOrder } from './order.ts';
import { closeOutput, openOutput } from './output.ts';

const frameTime = new Rational(1, framesPerSecond);

/** Encodes one scene as fragmented MP4, with the same filters and encoder settings as the ffmpeg program is given. */
export async function encodeScene(order: SceneOrder, onFrames: (frames: number) => void): Promise<void> {
  const sources = order.slides.map((name, index) => `movie=${name}:f=png_pipe:format_opts=framerate=${framesPerSecond}[${index}:v];`).join('');
  const graph = await openGraph(`${sources}${sceneGraph(order)};[v]buffersink@out`);
  const encoder = await openX264();
  const output = openOutput(order.target);
  const stream = output.newStream(null);
  FFmpegError.throwIfError(stream.codecpar.fromContext(encoder), 'take over the video settings');
  stream.timeBase = new Rational(1, videoTimescale);
  stream.avgFrameRate = new Rational(framesPerSecond, 1);
  FFmpegError.throwIfError(await output.openOutput(), `open ${order.target}`);
  FFmpegError.throwIfError(await output.writeHeader(Dictionary.fromObject({ movflags: segmentMovFlags, video_track_timescale: videoTimescale })), 'write the header');

  let frames = 0;
  const write = async (packet: Packet): Promise<void> => {
    packet.duration = 1n;
    packet.rescaleTs(frameTime, stream.timeBase);
    packet.streamIndex = stream.index;
    FFmpegError.throwIfError(await output.interleavedWriteFrame(packet), 'write a frame');
  };
  for await (const frame of graph.frames('buffersink@out')) {
    if (frames === order.frames) break;
    frame.pts = BigInt(frames);
    // The decoder marks slides as key frames; the encoder must place its own.
    frame.pictType = 0 as typeof frame.pictType;
    await encode(encoder, frame, write);
    onFrames((frames += 1));
  }
  await encode(encoder, null, write);
  await closeOutput(output);
  if (frames !== order.frames) throw new Error(`Expected ${order.frames} frames from the slides, but got ${frames}`);
}

async function openX264(): Promise<CodecContext> {
  const codec = Codec.findEncoderByName('libx264' as Parameters<typeof Codec.findEncoderByName>[0]);
  if (codec === null) throw new Error('node-av was built without libx264');
  const context = new CodecContext();
  context.allocContext3(codec);
  context.width = frameWidth;
  context.height = frameHeight;
  context.pixelFormat = AV_PIX_FMT_YUV420P;
  context.timeBase = frameTime;
  context.framerate = new Rational(framesPerSecond, 1);
  context.sampleAspectRatio = new Rational(1, 1);
  context.profile = AV_PROFILE_H264_HIGH;
  context.maxBFrames = 0;
  context.gopSize = x264.gopFrames;
  context.colorPrimaries = AVCOL_PRI_BT709;
  context.colorTrc = AVCOL_TRC_BT709;
  context.colorSpace = AVCOL_SPC_BT709;
  context.colorRange = AVCOL_RANGE_MPEG;
  context.threadCount = 0;
  context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  const options = Dictionary.fromObject({ preset: x264.preset, tune: x264.tune, crf: x264.crf, 'x264-params': x264.params, profile: 'high' });
  FFmpegError.throwIfError(await context.open2(codec, options), 'open libx264');
  return context;
}
