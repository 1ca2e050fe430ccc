// Runs in a worker as an encoded transform (W3C WebRTC Encoded Transform): passes every frame on as it is and reports
// its RTP timestamp.

interface TransformEvent extends Event {
  readonly transformer: { readonly readable: ReadableStream; readonly writable: WritableStream }
}

addEventListener('rtctransform', (event) => {
  const { readable, writable } = (event as TransformEvent).transformer
  const report = new TransformStream<RTCEncodedVideoFrame, RTCEncodedVideoFrame>({
    transform(frame, controller) {
      controller.enqueue(frame)
      const rtp = frame.getMetadata().rtpTimestamp
      if (rtp !== undefined) postMessage({ rtp, at: performance.timeOrigin + performance.now() })
    },
  })
  void readable.pipeThrough(report).pipeTo(writable)
})
