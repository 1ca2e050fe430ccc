/** 60 ms of voice in a packet: 17 packets a second in place of 50, whose headers were nearly as much as the voice. */
const PTIME = 'a=ptime:60\r\n'
/** A voice that is clear, in bits per second. */
const RATE = 'maxaveragebitrate=16000'

/**
 * Gives an answer to which a voice (Opus, RFC 7587) is sent sparingly, so that it has room beside pictures on a line of
 * 64 kbit/s; or as ever.
 */
export function withVoice(sdp: string, sparing: boolean): string {
  const [session = '', ...lines] = sdp.split(/(?=^m=)/m)
  return [session, ...lines.map((line) => (line.startsWith('m=audio') ? withRate(line, sparing) : line))].join('')
}

/** What the browser gives back of an answer is not word for word what it was given. */
function withRate(line: string, sparing: boolean): string {
  return line
    .replace(/^a=ptime:.*\r\n/gm, '')
    .replace(/^(a=fmtp:\d+ )(.*usedtx=1.*)\r\n/gm, (_, format: string, parameters: string) => {
      const usual = parameters.split(';').filter((one) => !one.trim().startsWith('maxaveragebitrate='))
      return `${format}${(sparing ? [...usual, RATE] : usual).join(';')}\r\n${sparing ? PTIME : ''}`
    })
}
