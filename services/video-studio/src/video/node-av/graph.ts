import { AVERROR_EAGAIN, AVERROR_EOF } from 'node-av/constants';
import { FFmpegError, FilterGraph, Frame } from 'node-av/lib';
import type { FilterContext } from 'node-av/lib';

export interface OpenGraph {
  filter(name: string): FilterContext;
  /** Frames of a sink until it ends, or until it wants more input. A frame is only valid until the next one. */
  frames(sinkName: string): AsyncGenerator<Frame>;
}

/** A filter graph from its text, ready to run. */
export async function openGraph(text: string): Promise<OpenGraph> {
  const graph = new FilterGraph();
  graph.alloc();
  FFmpegError.throwIfError(graph.parsePtr(text, null, null), 'read the filter graph');
  FFmpegError.throwIfError(await graph.config(), 'set up the filter graph');
  const filter = (name: string): FilterContext => {
    const found = graph.getFilter(name);
    if (found === null) throw new Error(`The filter graph has no ${name}`);
    return found;
  };
  return {
    filter,
    async *frames(sinkName) {
      const sink = filter(sinkName);
      using frame = new Frame();
      frame.alloc();
      for (;;) {
        const code = await sink.buffersinkGetFrame(frame);
        if (code === AVERROR_EAGAIN || code === AVERROR_EOF) return;
        FFmpegError.throwIfError(code, 'take a frame from the filters');
        yield frame;
        frame.unref();
      }
    },
  };
}
