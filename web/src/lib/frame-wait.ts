/**
 * How long frames are kept before they are shown while there are marks (ms). Their poses leave the server 12 to 50 ms
 * after them; what the browser keeps them by itself is often less (docs/performance.md).
 */
export const MARKED_MS = 80

/** Lets frames wait for their marks' poses when there are any; else the browser shows them as early as it can. */
export function waitForPoses(receiver: Pick<RTCRtpReceiver, 'jitterBufferTarget'>, marked: boolean): void {
  receiver.jitterBufferTarget = marked ? MARKED_MS : null
}
