/** What is being applied to each connection. */
const underWay = new WeakMap<RTCPeerConnection, Promise<void>>()

/**
 * Applies the other side's last answer to a connection anew, changed by `change`: limits of what is sent can follow the
 * line so, without asking the other side. One change after the other; nothing happens to a connection that does not stand.
 */
export function applyAnew(peer: RTCPeerConnection, change: (sdp: string) => string): Promise<void> {
  const next = (underWay.get(peer) ?? Promise.resolve()).then(() => apply(peer, change))
  underWay.set(
    peer,
    next.catch(() => undefined),
  )
  return next
}

async function apply(peer: RTCPeerConnection, change: (sdp: string) => string): Promise<void> {
  const answer = peer.remoteDescription?.sdp
  if (answer === undefined || peer.signalingState !== 'stable') return
  const changed = change(answer)
  if (changed === answer) return
  try {
    await peer.setLocalDescription()
    await peer.setRemoteDescription({ type: 'answer', sdp: changed })
  } catch (error) {
    if (!isClosed(peer)) throw error
  }
}

export function isClosed(peer: RTCPeerConnection): boolean {
  return peer.connectionState === 'closed'
}
