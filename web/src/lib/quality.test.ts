import { expect, test } from 'vitest'
import { countersOf, figuresBetween, lossBetween, NOTHING_COUNTED, reasonOf, verdictOf, worse } from './quality'

test('loss is what was lost of what should have come', () => {
  expect(lossBetween({ received: 100, lost: 2 }, { received: 190, lost: 12 })).toBeCloseTo(0.1)
})

test('a connection that counts anew has lost nothing', () => {
  expect(lossBetween({ received: 5_000, lost: 50 }, { received: 10, lost: 0 })).toBe(0)
  expect(lossBetween({ received: 0, lost: 0 }, { received: 0, lost: 0 })).toBe(0)
})

function report(entries: readonly object[]): RTCStatsReport {
  return new Map(entries.map((entry, index) => [String(index), entry])) as unknown as RTCStatsReport
}

test('packets are counted where they come in, the picture where it is seen, bytes on the path that is used', () => {
  const counters = countersOf(
    report([
      {
        type: 'outbound-rtp',
        kind: 'video',
        packetsSent: 99,
        frameWidth: 640,
        frameHeight: 360,
        pliCount: 1,
        timestamp: 1,
      },
      {
        type: 'inbound-rtp',
        kind: 'video',
        packetsReceived: 10,
        packetsLost: 1,
        frameWidth: 1280,
        frameHeight: 720,
        timestamp: 2,
      },
      { type: 'inbound-rtp', kind: 'audio', packetsReceived: 5, packetsLost: 0, nackCount: 2 },
      { type: 'candidate-pair', nominated: false, state: 'succeeded', bytesReceived: 7 },
      {
        type: 'candidate-pair',
        nominated: true,
        state: 'succeeded',
        bytesReceived: 100,
        bytesSent: 50,
        currentRoundTripTime: 0.04,
      },
    ]),
  )
  expect(counters).toMatchObject({ at: 2, received: 15, lost: 1, nacks: 2, plis: 1, bytesIn: 100, bytesOut: 50 })
  expect(counters).toMatchObject({ width: 1280, height: 720, roundTripMs: 40 })
})

test('rates are what came in the time between two looks', () => {
  const before = { ...NOTHING_COUNTED, at: 1_000, bytesIn: 10_000, plis: 1 }
  const after = { ...NOTHING_COUNTED, at: 3_000, bytesIn: 260_000, plis: 3 }
  expect(figuresBetween(before, after)).toMatchObject({ kbpsIn: 1_000, kbpsOut: 0, plis: 2 })
})

test('the first look, and one at a new connection, say nothing of the time before', () => {
  const after = { ...NOTHING_COUNTED, at: 9_000, bytesIn: 500_000 }
  expect(figuresBetween(NOTHING_COUNTED, after).kbpsIn).toBe(0)
  expect(figuresBetween({ ...after, bytesIn: 900_000 }, { ...after, at: 10_000 })).toMatchObject({ kbpsIn: 0, loss: 0 })
})

test('a path is as good as people find it', () => {
  expect([verdictOf(40, 0), verdictOf(250, 0), verdictOf(40, 0.02), verdictOf(40, 0.06), verdictOf(500, 0)]).toEqual([
    'good',
    'poor',
    'poor',
    'bad',
    'bad',
  ])
  expect([worse('good', 'poor'), worse('bad', 'good'), worse('good', 'good')]).toEqual(['poor', 'bad', 'good'])
})

test.each([
  [50, 0, undefined],
  [50, 0.02, 'loss'],
  [250, 0.02, 'loss'],
  [250, 0, 'delay'],
  [450, 0.02, 'delay'],
  [450, 0.06, 'loss'],
])('%d ms and %d lost: %s', (roundTripMs, loss, reason) => {
  expect(reasonOf(roundTripMs, loss)).toBe(reason)
})
