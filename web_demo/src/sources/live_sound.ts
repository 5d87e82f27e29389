/** What can be heard live: the microphones, and what another tab plays. */

import { PageError } from "../errors.ts";

/** Asks for the sound of another tab or of the system. */
export async function openTab(): Promise<MediaStream> {
  const media = await navigator.mediaDevices.getDisplayMedia({ audio: true, video: true }).catch(() => {
    throw new PageError("Nothing was shared: choose a tab that plays sound.");
  });
  for (const track of media.getVideoTracks()) track.stop();
  if (media.getAudioTracks().length) return new MediaStream(media.getAudioTracks());
  throw new PageError("That was shared without its sound: choose a tab, and tick “Also share tab audio”.");
}

/** Microphones by id and label; browsers tell the labels once one was allowed. */
export async function listMicrophones(): Promise<(readonly [id: string, label: string])[]> {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return devices
    .filter(({ kind, deviceId }) => kind === "audioinput" && deviceId && deviceId !== "default")
    .map(({ deviceId, label }, i) => [deviceId, label || `Microphone ${i + 1}`] as const);
}
