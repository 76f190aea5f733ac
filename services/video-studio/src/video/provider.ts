import type { Cue } from '../captions/cue.ts';
import type { ScenePicture } from './picture.ts';

export interface WorkOptions {
  readonly signal: AbortSignal;
  readonly deadlineMs: number;
  /** Frames done so far. */
  readonly onFrames?: (frames: number) => void;
}

/** Scenes, sound and captions that become one film. */
export interface Assembly {
  readonly title: string;
  /** ISO 639-2, such as `eng`. */
  readonly language: string;
  readonly scenes: readonly { readonly path: string; readonly frames: number }[];
  readonly frames: number;
  /** 16-bit stereo PCM, interleaved, exactly as long as the film. */
  readonly sound: AsyncIterable<Uint8Array>;
  readonly soundSampleRate: number;
  readonly cues: readonly Cue[];
  /** An empty directory for working files; the caller takes it away. */
  readonly workDirectory: string;
}

/** Makes pictures and sound into films. Each call is one child process, killed when the signal fires. */
export interface VideoProvider {
  /** Name and version: part of every cached part's name, as another version may encode otherwise. */
  readonly id: string;
  /** Encodes one scene as fragmented MP4 without sound. @throws ChildFailed */
  encodeScene(scene: ScenePicture, target: string, options: WorkOptions): Promise<void>;
  /** Joins the scenes without encoding them again and adds sound and captions. @throws ChildFailed */
  assemble(film: Assembly, target: string, options: WorkOptions): Promise<void>;
}
