import { FFmpegError, FormatContext } from 'node-av/lib';

/** An MP4 file to write to, without streams yet. */
export function openOutput(path: string): FormatContext {
  const output = new FormatContext();
  FFmpegError.throwIfError(output.allocOutputContext2(null, 'mp4', path), `prepare ${path}`);
  return output;
}

export async function closeOutput(output: FormatContext): Promise<void> {
  FFmpegError.throwIfError(await output.writeTrailer(), 'write the end of the file');
  await output.closeOutput();
}
