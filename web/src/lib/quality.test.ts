import { expect, test } from 'vitest'
import { countersOf, lossBetween } from './quality'

test('loss is what was lost of what should have come', () => {
  expect(lossBetween({ received: 100, lost: 2 }, { received: 190, lost: 12 })).toBeCloseTo(0.1)
})

test('a connection that counts anew has lost nothing', () => {
  expect(lossBetween({ received: 5_000, lost: 50 }, { received: 10, lost: 0 })).toBe(0)
  expect(lossBetween({ received: 0, lost: 0 }, { received: 0, lost: 0 })).toBe(0)
})

test('only streams that come in are counted', () => {
  const report = new Map([
    ['a', { type: 'inbound-rtp', packetsReceived: 10, packetsLost: 1 }],
    ['b', { type: 'outbound-rtp', packetsSent: 99 }],
    ['c', { type: 'inbound-rtp', packetsReceived: 5, packetsLost: 0 }],
  ])
  expect(countersOf(report as unknown as RTCStatsReport)).toEqual({ received: 15, lost: 1 })
})
