/** Where speech comes from: the microphone or a sound file. Both hand over 20 ms of int16 at the rate of the context. */

/** @type {AudioContext | undefined} */
let context;

/** The one audio context; must be asked for in a click. It keeps the rate of the device: the server resamples. */
export async function audioContext() {
  if (!context) {
    context = new AudioContext({ latencyHint: "interactive" });
    await context.audioWorklet.addModule(new URL("./capture-worklet.js", import.meta.url).href);
  }
  await context.resume();
  return context;
}

/**
 * @param {AudioNode} source
 * @param {(pcm: ArrayBuffer) => void} heard
 */
function capture(source, heard) {
  const node = new AudioWorkletNode(source.context, "capture", { numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" });
  node.port.onmessage = (event) => heard(event.data);
  source.connect(node);
  return () => { node.port.onmessage = null; source.disconnect(node); };
}

/**
 * Hears the microphone until the returned function is called.
 * @param {(pcm: ArrayBuffer) => void} heard
 */
export async function openMicrophone(heard) {
  const context = await audioContext();
  const media = await navigator.mediaDevices.getUserMedia({
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 1 },
  });
  const release = capture(context.createMediaStreamSource(media), heard);
  return () => { release(); for (const track of media.getTracks()) track.stop(); };
}

/**
 * Plays a sound file and hears it at the same time.
 * @param {ArrayBuffer} bytes
 * @param {(pcm: ArrayBuffer) => void} heard
 * @param {() => void} ended
 */
export async function playFile(bytes, heard, ended) {
  const context = await audioContext();
  const player = new AudioBufferSourceNode(context, { buffer: await context.decodeAudioData(bytes) });
  // The sound waits for its frames: look-ahead, the message and a little for the way.
  const delay = new DelayNode(context, { delayTime: 0.12 });
  player.connect(delay).connect(context.destination);
  const release = capture(player, heard);
  const stop = () => { player.onended = null; release(); player.disconnect(); };
  player.onended = () => { stop(); ended(); };
  player.start();
  return () => { player.stop(); stop(); };
}
