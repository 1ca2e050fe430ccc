import { expect, test } from 'vitest'
import { MARKED_MS, waitForPoses } from './frame-wait'

test('frames wait only while there are marks', () => {
  const receiver: Pick<RTCRtpReceiver, 'jitterBufferTarget'> = { jitterBufferTarget: null }
  waitForPoses(receiver, true)
  expect(receiver.jitterBufferTarget).toBe(MARKED_MS)
  waitForPoses(receiver, false)
  expect(receiver.jitterBufferTarget).toBeNull()
})
