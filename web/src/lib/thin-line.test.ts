import { signal } from '@preact/signals'
import { describe, expect, it } from 'vitest'
import type { Phase } from './participation'
import { ThinLine } from './thin-line'
import type { Command } from './wire'

function page() {
  const told: Command['body'][] = []
  const thin = signal(false)
  const glimpses = { rate: 0 }
  const part = {
    thin,
    picturesChosen: signal(false),
    glimpses,
    phase: signal<Phase>('live'),
    tell: (body: Command['body']): void => {
      told.push(body)
      if (body.type === 'set-low-bandwidth') thin.value = body.on
    },
  }
  const line = new ThinLine(part, 8_000, 0)
  const look = (from: number, to: number, bad: boolean): void => {
    for (let second = from; second <= to; second += 1) line.look(bad, second * 1_000)
  }
  return { told, part, glimpses, line, look }
}

describe('the own line', () => {
  it('is said to be thin once, and to take video again once', () => {
    const { told, glimpses, look } = page()
    look(1, 60, false)
    look(61, 70, true)
    glimpses.rate = 18_000
    look(71, 100, false)
    expect(told).toHaveLength(1)
    glimpses.rate = 19_000
    look(101, 130, false)
    expect(told).toEqual([
      { type: 'set-low-bandwidth', on: true, measured: true },
      { type: 'set-low-bandwidth', on: false, measured: true },
    ])
  })

  it('stays thin when somebody wants it, however good it is', () => {
    const { told, glimpses, line, look } = page()
    line.choose(true, 0)
    glimpses.rate = 24_000
    look(1, 300, false)
    expect(told).toEqual([{ type: 'set-low-bandwidth', on: true, measured: false }])
    line.choose(false, 300_000)
    look(301, 400, false)
    expect(told.slice(1)).toEqual([{ type: 'set-low-bandwidth', on: false, measured: false }])
  })

  it('is not asked for twice while the answer is on its way', () => {
    const { told, part, look } = page()
    part.tell = (body) => told.push(body)
    look(1, 60, false)
    look(61, 80, true)
    expect(told).toHaveLength(1)
    part.thin.value = true
    look(81, 100, false)
    expect(told).toHaveLength(1)
  })

  it('stays thin on a page that was reloaded, until pictures show room', () => {
    const { told, part, glimpses, look } = page()
    part.thin.value = true
    look(1, 60, true)
    expect(told).toEqual([])
    glimpses.rate = 24_000
    look(61, 70, false)
    expect(told).toEqual([{ type: 'set-low-bandwidth', on: false, measured: true }])
  })

  it('stays as somebody wanted it on a page that was reloaded', () => {
    const { told, part, glimpses, look } = page()
    part.thin.value = true
    part.picturesChosen.value = true
    glimpses.rate = 24_000
    look(1, 300, false)
    expect(told).toEqual([])
  })

  it('is not judged while there is no connection', () => {
    const { told, part, look } = page()
    part.phase.value = 'lost'
    look(1, 100, true)
    expect(told).toEqual([])
  })
})
