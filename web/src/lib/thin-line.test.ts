import { signal } from '@preact/signals'
import { describe, expect, it } from 'vitest'
import type { Phase } from './participation'
import { ThinLine } from './thin-line'
import type { Command } from './wire'

function page() {
  const told: Command['body'][] = []
  const thin = signal(false)
  const part = {
    thin,
    phase: signal<Phase>('live'),
    tell: (body: Command['body']): void => {
      told.push(body)
      if (body.type === 'set-low-bandwidth') thin.value = body.on
    },
  }
  const line = new ThinLine(part, 0)
  const look = (from: number, to: number, bad: boolean): void => {
    for (let second = from; second <= to; second += 1) line.look(bad, second * 1_000)
  }
  return { told, part, line, look }
}

describe('the own line', () => {
  it('is said to be thin once, and to take video again once', () => {
    const { told, look } = page()
    look(1, 60, false)
    look(61, 70, true)
    look(71, 100, false)
    expect(told).toEqual([
      { type: 'set-low-bandwidth', on: true, measured: true },
      { type: 'set-low-bandwidth', on: false, measured: true },
    ])
  })

  it('stays thin when somebody wants it, however good it is', () => {
    const { told, line, look } = page()
    line.choose(true, 0)
    look(1, 300, false)
    expect(told).toEqual([{ type: 'set-low-bandwidth', on: true, measured: false }])
    line.choose(false, 300_000)
    look(301, 400, false)
    expect(told.slice(1)).toEqual([{ type: 'set-low-bandwidth', on: false, measured: false }])
  })

  it('is not judged while there is no connection', () => {
    const { told, part, look } = page()
    part.phase.value = 'lost'
    look(1, 100, true)
    expect(told).toEqual([])
  })
})
