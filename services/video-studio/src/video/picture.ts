/** The one form of film this studio makes. */
export const framesPerSecond = 30;
export const frameWidth = 1920;
export const frameHeight = 1080;
/** 512 ticks a frame: every frame's time is exact. */
export const videoTimescale = 15_360;
export const audioSampleRate = 48_000;
export const audioBitsPerSecond = 160_000;

/** Part of every finished film's name on disk: raise it when a provider joins films otherwise. */
export const joiningVersion = 1;

/**
 * libx264 for pictures that stand still. Without B-frames decoding order is showing order, so scenes can be joined
 * without encoding again. The quickest preset searches for motion, which there is none of, the least; what makes
 * letters sharp and files small in the better presets is switched on again. Measured on slides against `veryfast`:
 * 40 % less work, smaller files, higher SSIM.
 */
export const x264 = {
  preset: 'ultrafast',
  tune: 'stillimage',
  crf: 17,
  params: 'cabac=1:8x8dct=1:mbtree=1:rc-lookahead=10:aq-mode=1',
  /** At most ten seconds between points one can jump to, besides each scene's start. */
  gopFrames: 300,
} as const;

/** Fragmented, so that a scene can be written to a pipe. */
export const segmentMovFlags = 'frag_keyframe+empty_moov+default_base_moof';

/** One scene's picture: a slide, and before it the end of the slide before. */
export interface ScenePicture {
  readonly slidePath: string;
  readonly previousSlidePath: string | undefined;
  readonly frames: number;
  /** 0 where there is nothing to fade from. */
  readonly fadeFrames: number;
}

/**
 * The filter graph of one scene: slides in as [0:v] and, when fading, [1:v] (the one before comes first), film out as [v].
 * The slide is decoded and converted once and then only repeated. Times are counted, not taken from the picture:
 * how long a single picture lasts differs between releases of FFmpeg. Colours are converted to BT.709, which is what
 * players assume for this size; otherwise they would be read as another standard and look wrong.
 */
export function sceneGraph(scene: Pick<ScenePicture, 'frames' | 'fadeFrames'>): string {
  const counted = `settb=1/${framesPerSecond},setpts=N`;
  const picture = `format=rgb24,scale=out_color_matrix=bt709:out_range=tv:flags=bicubic+accurate_rnd+full_chroma_int,format=yuv420p,setsar=1`;
  const held = (frames: number): string => `loop=loop=${frames - 1}:size=1,${counted}`;
  if (scene.fadeFrames === 0) return `[0:v]${picture},${held(scene.frames)}[v]`;
  // The cross-fade is a stretch of its own: in its filter every later frame of the scene would be copied for nothing.
  return [
    `[0:v]${picture},${held(scene.fadeFrames)}[before]`,
    `[1:v]${picture},split[one][two]`,
    `[one]${held(scene.fadeFrames)}[after]`,
    `[two]${held(scene.frames - scene.fadeFrames)}[still]`,
    `[before][after]xfade=transition=fade:duration=${(scene.fadeFrames / framesPerSecond).toFixed(6)}:offset=0,format=yuv420p[fade]`,
    `[fade][still]concat=n=2:v=1:a=0,${counted}[v]`,
  ].join(';');
}
