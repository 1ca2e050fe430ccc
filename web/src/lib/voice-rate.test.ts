import { expect, test } from 'vitest'
import { withVoice } from './voice-rate'

const ANSWER = [
  'v=0',
  's=-',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'c=IN IP4 0.0.0.0',
  'a=rtpmap:111 opus/48000/2',
  'a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1',
  'a=mid:0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'a=rtpmap:111 opus/48000/2',
  'a=fmtp:111 minptime=10;useinbandfec=1',
  'm=video 9 UDP/TLS/RTP/SAVPF 96',
  'a=fmtp:96 usedtx=1',
  '',
].join('\r\n')

test('a voice is sent sparingly on the lines that send one, and nothing else is changed', () => {
  const sparing = withVoice(ANSWER, true)
  expect(sparing).toBe(ANSWER.replace('usedtx=1\r\n', 'usedtx=1;maxaveragebitrate=16000\r\na=ptime:60\r\n'))
})

test('and as ever again, in whatever order the browser gives back what it was given', () => {
  expect(withVoice(withVoice(ANSWER, true), false)).toBe(ANSWER)
  const given = ANSWER.replace('a=fmtp:111 ', 'a=ptime:60\r\na=fmtp:111 maxaveragebitrate=16000;')
  expect(withVoice(given, false)).toBe(ANSWER)
  expect(withVoice(given, true).match(/ptime:60|maxaveragebitrate/g)).toHaveLength(2)
})
