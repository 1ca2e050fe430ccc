import type { IceServer } from './wire'

/** Candidates of one's own network are there at once; a TURN server that does not answer must not hold up a call. */
const GATHERING_MS = 2_000
/** Where no path was found, the next attempt gives a slow TURN server more time. */
export const SLOW_GATHERING_MS = 6_000

/** By which ways the server may be reached. */
export interface Paths {
  readonly iceServers: readonly IceServer[]
  /** Only through a TURN server. */
  readonly relayOnly: boolean
  /** How long to look for own addresses before the offer. */
  readonly gatheringMs: number
}

export const DIRECT: Paths = { iceServers: [], relayOnly: false, gatheringMs: GATHERING_MS }

/** Gives the paths for the attempt after one that found none. */
export function afterFailure(paths: Paths): Paths {
  return { ...paths, gatheringMs: SLOW_GATHERING_MS }
}

/** Gives what a connection by these paths is made with. */
export function configurationOf({ iceServers, relayOnly }: Paths): RTCConfiguration {
  return {
    iceServers: iceServers.map(({ urls, username, credential }) =>
      username === '' ? { urls } : { urls, username, credential },
    ),
    iceTransportPolicy: relayOnly ? 'relay' : 'all',
    bundlePolicy: 'max-bundle',
  }
}

/** Resolves when every own address is known, and after `patienceMs` in any case. */
export function gathered(peer: RTCPeerConnection, patienceMs: number): Promise<void> {
  if (peer.iceGatheringState === 'complete') return Promise.resolve()
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, patienceMs)
    peer.addEventListener('icegatheringstatechange', () => {
      if (peer.iceGatheringState !== 'complete') return
      clearTimeout(timer)
      resolve()
    })
  })
}
