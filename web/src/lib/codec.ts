import { decode, encode } from '@msgpack/msgpack'

/** Packs a message. The first key stays first: receivers may decide by `type` before they read on. */
export function pack(message: object): Uint8Array<ArrayBuffer> {
  return encode(message)
}

/**
 * Gives the message in `data`, or undefined when it is none. The server is trusted to send what `T` says; what it does
 * not know yet (a type that a newer server added) is told apart by `type` and passed over by whoever gets it.
 */
export function unpack<T extends { type: string }>(data: unknown): T | undefined {
  if (!(data instanceof ArrayBuffer)) return undefined
  try {
    const message: unknown = decode(data)
    return isMessage(message) ? (message as T) : undefined
  } catch {
    return undefined
  }
}

function isMessage(value: unknown): value is { type: string } {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}
