import { describe, expect, test } from 'vitest'
import { type Findings, type Flow, levelOf, verdictOf } from './verdict'

const FAST: Flow = { way: 'direct', roundTripMs: 20, loss: 0, upKbps: 3_900, downKbps: 3_900 }
const FOUND: Findings = { side: 'onsite', signallingMs: 15, direct: true, relay: null, flow: FAST }

function found(flow: Partial<Flow>, more: Partial<Findings> = {}): Findings {
  return { ...FOUND, ...more, flow: { ...FAST, ...flow } }
}

describe('the verdict', () => {
  test('is good on a good path, and has nothing to advise', () => {
    expect(verdictOf(FOUND)).toEqual({ level: 'good', relayed: false, advice: [] })
  })

  test.each([
    [{ upKbps: 800 }, 'coarse', 'check-advice-rate'],
    [{ upKbps: 120 }, 'voice', 'check-advice-rate'],
    [{ upKbps: 10 }, 'none', 'check-advice-rate'],
    [{ loss: 0.05, upKbps: 3_000 }, 'coarse', 'check-advice-loss'],
    [{ loss: 0.2 }, 'voice', 'check-advice-loss'],
    [{ roundTripMs: 400 }, 'coarse', 'check-advice-delay'],
    [{ roundTripMs: 3_000 }, 'none', 'check-advice-delay'],
  ] as const)('of %o is %s', (flow, level, advice) => {
    expect(verdictOf(found(flow))).toEqual({ level, relayed: false, advice: [advice] })
  })

  test('is that of the worst figure', () => {
    const verdict = verdictOf(found({ upKbps: 400, loss: 0.2 }))
    expect(verdict.level).toBe('voice')
    expect(verdict.advice).toEqual(['check-advice-rate', 'check-advice-loss'])
  })

  test('says when the way goes through the relay, and what would be better', () => {
    const verdict = verdictOf(found({ way: 'relay' }, { direct: false, relay: 'tls' }))
    expect(verdict).toEqual({ level: 'good', relayed: true, advice: ['check-advice-relayed'] })
  })

  test('advises nothing when the relay is the only way that is wanted', () => {
    expect(verdictOf(found({ way: 'relay' }, { direct: null, relay: 'tls' })).advice).toEqual([])
  })

  test('mentions a relay that does not work, though nobody needs it here', () => {
    expect(verdictOf(found({}, { relay: '' }))).toEqual({
      level: 'good',
      relayed: false,
      advice: ['check-advice-relay-broken'],
    })
  })

  test.each([
    [{ signallingMs: null }, ['check-advice-server']],
    [{ direct: false, relay: null, flow: null }, ['check-advice-udp']],
    [{ direct: false, relay: '', flow: null }, ['check-advice-udp', 'check-advice-relay']],
    [{ direct: null, relay: '', flow: null }, ['check-advice-relay']],
  ] as const)('without a way (%o) says what to ask for', (more, advice) => {
    expect(verdictOf({ ...FOUND, ...more })).toEqual({ level: 'none', relayed: false, advice })
  })
})

describe('a rate', () => {
  // Measured over the emulated link: 2 % loss each way and 300 ms of round trip, without any bottleneck.
  const lossy = { ...FAST, roundTripMs: 306, loss: 0.06, upKbps: 230, downKbps: 160 }

  test('that loss explains counts as coarse, and it is the loss that is named', () => {
    expect(verdictOf(found(lossy))).toEqual({
      level: 'coarse',
      relayed: false,
      advice: ['check-advice-delay', 'check-advice-loss'],
    })
  })

  test('that is less than loss explains is a slow path', () => {
    expect(levelOf('upKbps', { ...lossy, upKbps: 90 }, 'onsite')).toBe('voice')
    expect(levelOf('upKbps', { ...lossy, loss: 0 }, 'onsite')).toBe('voice')
  })

  const thin = { ...FAST, upKbps: 200, downKbps: 200 }

  test('must be that of a picture where the picture goes', () => {
    expect(levelOf('upKbps', thin, 'onsite')).toBe('voice')
    expect(levelOf('downKbps', thin, 'expert')).toBe('voice')
  })

  test('need only be that of a voice the other way', () => {
    expect(levelOf('downKbps', thin, 'onsite')).toBe('good')
    expect(levelOf('upKbps', thin, 'expert')).toBe('good')
  })
})
