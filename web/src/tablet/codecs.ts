import { Failure } from '../lib/failure'

/** What can be forwarded and recorded as it is (docs/protocol.md), and the repair stream that belongs to it. */
const TAKEN = ['video/h264', 'video/vp8', 'video/rtx']

/** Gives the browser's codecs that can be used, in the browser's order: it knows what its hardware does best. */
export function usable<T extends { readonly mimeType: string }>(codecs: readonly T[]): T[] {
  const taken = codecs.filter((codec) => TAKEN.includes(codec.mimeType.toLowerCase()))
  if (taken.every((codec) => codec.mimeType.toLowerCase() === 'video/rtx')) {
    throw new Failure('unsupported-codec', 'this browser sends neither H.264 nor VP8')
  }
  return taken
}
