import type { Readable } from 'node:stream';
import { AVERROR_EOF, AVMEDIA_TYPE_SUBTITLE, AV_BUFFERSRC_FLAG_PUSH, AV_CHANNEL_LAYOUT_STEREO, AV_CODEC_FLAG_GLOBAL_HEADER, AV_CODEC_ID_MOV_TEXT, AV_PKT_FLAG_KEY, AV_PROFILE_AAC_LOW, AV_SAMPLE_FMT_FLTP, AV_SAMPLE_FMT_S16 } from 'node-av/constants';
import { Codec, CodecContext, Dictionary, FFmpegError, FormatContext, Frame, InputFormat, Packet, Rational } from 'node-av/lib';
import type { Stream } from 'node-av/lib';
import { audioBitsPerSecond, audioSampleRate, framesPerSecond, videoTimescale } from '../picture.ts';
import { encode } from './encode.ts';
import { openGraph } from './graph.ts';
import type { FilmOrder } from './order.ts';
import { closeOutput, openOutput } from './output.ts';
import { timedTextDescription, timedTextSamples } from './timed-text.ts';

const milliseconds = new Rational(1, 1000);
const soundTime = new Rational(1, audioSampleRate);

/** Joins the scenes as they are, encodes the sound, adds captions and title. @throws Error when the sound ends too early: the service has died. */
export async function joinFilm(order: FilmOrder, { sound, onFrames }: { sound: Readable; onFrames: (frames: number) => void }): Promise<void> {
  const scenes = await openScenes(order.listPath);
  const encoder = await openAac();
  const output = openOutput(order.target);

  const video = output.newStream(null);
  const scenesVideo = scenes.streams[0] as Stream;
  FFmpegError.throwIfError(scenesVideo.codecpar.copy(video.codecpar), 'take over the video settings');
  video.codecpar.codecTag = 0;
  video.timeBase = new Rational(1, videoTimescale);
  video.avgFrameRate = new Rational(framesPerSecond, 1);
  const audio = output.newStream(null);
  FFmpegError.throwIfError(audio.codecpar.fromContext(encoder), 'take over the sound settings');
  audio.timeBase = soundTime;
  const captions = output.newStream(null);
  captions.codecpar.codecType = AVMEDIA_TYPE_SUBTITLE;
  captions.codecpar.codecId = AV_CODEC_ID_MOV_TEXT;
  captions.codecpar.extradata = timedTextDescription();
  captions.timeBase = milliseconds;
  for (const stream of [video, audio, captions]) stream.metadata = Dictionary.fromObject({ language: order.language });
  output.metadata = Dictionary.fromObject({ title: order.title });

  FFmpegError.throwIfError(await output.openOutput(), `open ${order.target}`);
  FFmpegError.throwIfError(await output.writeHeader(Dictionary.fromObject({ movflags: '+faststart', video_track_timescale: videoTimescale })), 'write the header');
  const write = (stream: Stream, from: Rational) => async (packet: Packet): Promise<void> => {
    packet.rescaleTs(from, stream.timeBase);
    packet.streamIndex = stream.index;
    FFmpegError.throwIfError(await output.interleavedWriteFrame(packet), 'write a packet');
  };

  // The muxer interleaves what it is given, but holds one kind back until the others have come as far.
  // So pictures and captions are always written up to where the sound has come.
  const texts = timedTextSamples(order.cues);
  const writeText = write(captions, milliseconds);
  const writePicture = write(video, scenesVideo.timeBase);
  let [frames, textIndex] = [0, 0];
  using packet = new Packet();
  packet.alloc();
  const catchUp = async (untilSeconds: number): Promise<void> => {
    for (let text = texts[textIndex]; text !== undefined && text.startMs / 1000 <= untilSeconds; text = texts[(textIndex += 1)]) await writeText(textPacket(text));
    while (frames < order.frames && frames / framesPerSecond <= untilSeconds) {
      const code = await scenes.readFrame(packet);
      if (code === AVERROR_EOF) throw new Error(`Expected ${order.frames} frames in the scenes, but they have ${frames}`);
      FFmpegError.throwIfError(code, 'read a scene');
      await writePicture(packet);
      packet.unref();
      onFrames((frames += 1));
    }
  };
  await encodeSound(order, { sound, encoder, write: write(audio, soundTime), before: catchUp });
  await catchUp(Infinity);
  await closeOutput(output);
}

function textPacket(text: { startMs: number; durationMs: number; sample: Buffer }): Packet {
  const packet = new Packet();
  packet.alloc();
  packet.data = text.sample;
  packet.pts = BigInt(text.startMs);
  packet.dts = BigInt(text.startMs);
  packet.duration = BigInt(text.durationMs);
  packet.setFlags(AV_PKT_FLAG_KEY);
  return packet;
}

async function openScenes(listPath: string): Promise<FormatContext> {
  const scenes = new FormatContext();
  FFmpegError.throwIfError(await scenes.openInput(listPath, InputFormat.findInputFormat('concat'), Dictionary.fromObject({ safe: 0 })), 'open the scenes');
  FFmpegError.throwIfError(await scenes.findStreamInfo(null), 'read the scenes');
  return scenes;
}

async function openAac(): Promise<CodecContext> {
  const codec = Codec.findEncoderByName('aac' as Parameters<typeof Codec.findEncoderByName>[0]);
  if (codec === null) throw new Error('node-av was built without AAC');
  const context = new CodecContext();
  context.allocContext3(codec);
  context.sampleRate = audioSampleRate;
  context.channelLayout = AV_CHANNEL_LAYOUT_STEREO;
  context.sampleFormat = AV_SAMPLE_FMT_FLTP;
  context.bitRate = BigInt(audioBitsPerSecond);
  context.profile = AV_PROFILE_AAC_LOW;
  context.timeBase = soundTime;
  context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  FFmpegError.throwIfError(await context.open2(codec, null), 'open the AAC encoder');
  return context;
}

interface SoundWork {
  readonly sound: Readable;
  readonly encoder: CodecContext;
  readonly write: (packet: Packet) => Promise<void>;
  readonly before: (seconds: number) => Promise<void>;
}

async function encodeSound(order: FilmOrder, work: SoundWork): Promise<void> {
  const rate = order.soundSampleRate;
  const graph = await openGraph(
    `abuffer@in=time_base=1/${rate}:sample_rate=${rate}:sample_fmt=s16:channel_layout=stereo,aresample=${audioSampleRate},` +
      `aformat=sample_fmts=fltp:channel_layouts=stereo,asetnsamples=n=1024:p=0,abuffersink@out`,
  );
  const source = graph.filter('abuffer@in');
  const encodeReady = async (): Promise<void> => {
    for await (const frame of graph.frames('abuffersink@out')) await encode(work.encoder, frame, work.write);
  };
  let [bytes, rest] = [0, Buffer.alloc(0)];
  for await (const chunk of work.sound as AsyncIterable<Buffer>) {
    const whole = Buffer.concat([rest, chunk]);
    const use = whole.length - (whole.length % 4);
    rest = whole.subarray(use);
    if (use === 0) continue;
    using frame = Frame.fromAudioBuffer(whole.subarray(0, use), { nbSamples: use / 4, format: AV_SAMPLE_FMT_S16, sampleRate: rate, channelLayout: AV_CHANNEL_LAYOUT_STEREO, timeBase: { num: 1, den: rate }, pts: BigInt(bytes / 4) });
    bytes += use;
    await work.before(bytes / 4 / rate);
    FFmpegError.throwIfError(await source.buffersrcAddFrame(frame, AV_BUFFERSRC_FLAG_PUSH), 'take in sound');
    await encodeReady();
  }
  if (bytes !== order.soundBytes) throw new Error(`Expected ${order.soundBytes} bytes of sound, but got ${bytes}`);
  FFmpegError.throwIfError(await source.buffersrcAddFrame(null, AV_BUFFERSRC_FLAG_PUSH), 'end the sound');
  await encodeReady();
  await encode(work.encoder, null, work.write);
}
