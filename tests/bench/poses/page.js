// Runs in the expert's page before its own scripts: notes when poses arrived and when frames were shown, in Unix ms.
window.__noted = { arrived: new Map(), shown: new Map(), slots: [], connection: null }
const unix = (time) => performance.timeOrigin + time

const isSlot = (data) => new TextDecoder('latin1').decode(data).includes('slot-assigned')

/** Poses are msgpack maps; the timestamp follows the text "rtp". */
function rtpIn(data) {
  const bytes = new Uint8Array(data)
  for (let at = 0; at < bytes.length - 8; at += 1) {
    if (bytes[at] !== 0xa3 || bytes[at + 1] !== 0x72 || bytes[at + 2] !== 0x74 || bytes[at + 3] !== 0x70) continue
    const view = new DataView(data, at + 4)
    const kind = view.getUint8(0)
    return kind === 0xce ? view.getUint32(1) : kind === 0xcd ? view.getUint16(1) : kind
  }
}

const create = RTCPeerConnection.prototype.createDataChannel
RTCPeerConnection.prototype.createDataChannel = function (label, options) {
  window.__noted.connection = this
  const channel = create.call(this, label, options)
  if (label === 'poses') {
    channel.addEventListener('message', ({ data }) => {
      const rtp = rtpIn(data)
      const { arrived } = window.__noted
      if (rtp !== undefined && !arrived.has(rtp)) arrived.set(rtp, unix(performance.now()))
    })
  }
  if (label === 'control') {
    channel.addEventListener('message', ({ data }) => {
      if (isSlot(data)) window.__noted.slots.push([...new Uint8Array(data)])
    })
  }
  return channel
}

const request = HTMLVideoElement.prototype.requestVideoFrameCallback
HTMLVideoElement.prototype.requestVideoFrameCallback = function (callback) {
  return request.call(this, (now, metadata) => {
    const { rtpTimestamp, presentationTime, receiveTime } = metadata
    if (rtpTimestamp !== undefined) {
      window.__noted.shown.set(rtpTimestamp, [presentationTime, performance.now(), receiveTime].map(unix))
    }
    callback(now, metadata)
  })
}

/** From then on the page cannot have frames wait. */
window.__hurry = () => Object.defineProperty(RTCRtpReceiver.prototype, 'jitterBufferTarget', { set() {} })

/** How long the browser has kept frames before it decoded them, in all and for how many. */
window.__waited = async () => {
  for (const entry of (await window.__noted.connection.getStats()).values()) {
    if (entry.type === 'inbound-rtp' && entry.kind === 'video') {
      const { jitterBufferDelay, jitterBufferEmittedCount, framesDropped, framesDecoded } = entry
      return [jitterBufferDelay, jitterBufferEmittedCount, framesDropped, framesDecoded]
    }
  }
}
