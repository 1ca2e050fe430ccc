import { describe, expect, test } from 'vitest'
import { afterFailure, configurationOf, DIRECT, gathered } from './paths'

const RELAY = { urls: ['turns:relay.test:443?transport=tcp'], username: '1:p1', credential: 'secret' }

describe('configurationOf', () => {
  test('passes credentials on, and leaves them out where there are none', () => {
    const stun = { urls: ['stun:relay.test'], username: '', credential: '' }
    const made = configurationOf({ ...DIRECT, iceServers: [stun, RELAY] })
    expect(made.iceServers).toEqual([{ urls: ['stun:relay.test'] }, RELAY])
    expect(made.iceTransportPolicy).toBe('all')
  })

  test('goes through the relay only when told to', () => {
    expect(configurationOf({ ...DIRECT, relayOnly: true }).iceTransportPolicy).toBe('relay')
  })
})

class Peer extends EventTarget {
  iceGatheringState = 'gathering'

  complete(): void {
    this.iceGatheringState = 'complete'
    this.dispatchEvent(new Event('icegatheringstatechange'))
  }
}

describe('gathered', () => {
  test('waits for all addresses', async () => {
    const peer = new Peer()
    const waiting = gathered(peer as unknown as RTCPeerConnection, 60_000)
    peer.complete()
    await waiting
    expect(peer.iceGatheringState).toBe('complete')
  })

  test('does not wait for a server that never answers', async () => {
    const peer = new Peer()
    await gathered(peer as unknown as RTCPeerConnection, 1)
    expect(peer.iceGatheringState).toBe('gathering')
  })
})

test('after a failure a slow relay gets more time', () => {
  expect(afterFailure(DIRECT).gatheringMs).toBeGreaterThan(DIRECT.gatheringMs)
})
