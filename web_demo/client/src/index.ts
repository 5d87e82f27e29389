/** The client of an a2f-live server: live speech in, 52 ARKit weights a frame out. */

export { bindHead, type HeadBinding, headTurn, type Turnable } from "./avatar/head.ts";
export { bindMorphs, type Match, type MorphBinding, type MorphMesh, type MorphOptions } from "./avatar/morphs.ts";
export { vowelsOf, visemesOf, weightsOf } from "./avatar/mouth.ts";
export { ARKIT_NAMES, arkitName, matchNames, VISEME_NAMES, type Viseme, visemeName } from "./avatar/names.ts";
export { bindVrm, type VrmBinding, type VrmLike, type VrmOptions } from "./avatar/vrm.ts";
export { systemClock, type Clock } from "./clock.ts";
export { A2FError } from "./errors.ts";
export { connect, Face } from "./face.ts";
export type { ConnectOptions, Rate } from "./options.ts";
export { FramePlayer, type FrameSource, type PlayerOptions } from "./player/player.ts";
export type { Pose } from "./player/pose.ts";
export { attachMicrophone, loadCapture, Microphone, type MicrophoneOptions } from "./sound/microphone.ts";
export type { Pcm } from "./sound/pcm.ts";
export { Resampler } from "./sound/resample.ts";
export type { FaceEvents, Reconnect, State } from "./stream/events.ts";
export type { MakeSocket, SocketLike } from "./stream/link.ts";
export { dueS, rate } from "./wire/frames.ts";
export * from "./wire/messages.ts";
