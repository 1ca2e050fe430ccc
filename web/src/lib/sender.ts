/** Sends `track` from now on, in the same media line; nothing with null. A connection that is closed needs neither. */
export async function sendInstead(sender: RTCRtpSender | undefined, track: MediaStreamTrack | null): Promise<void> {
  try {
    await sender?.replaceTrack(track)
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'InvalidStateError')) throw error
  }
}
