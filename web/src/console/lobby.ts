// The live part of the console: who waits, which cameras and sessions there are, and taking a call.

import { signal } from '@preact/signals'
import { goToSignInIf } from '../lib/account'
import { Failure } from '../lib/failure'
import { signalToken } from '../lib/rest'
import { Signalling } from '../lib/signalling'
import type { ErrorCode, Lobby, ServerSignal } from '../lib/wire'
import { newCalls } from './new-calls'
import { ring } from './ringer'

const TICK_MS = 1_000

/** The server's latest word, null before the first. */
export const lobby = signal<Lobby | null>(null)
/** Whether the path to the server stands: while it does not, the lobby may be out of date. */
export const connected = signal(true)
/** Why the lobby cannot be had at all, or why the last wish was refused. */
export const lobbyFailure = signal<Failure | null>(null)
/** The server's clock, ms UTC, by the second: waiting times count on it. */
export const serverNow = signal(Date.now())
/** The call or camera that was asked for and not answered yet, or empty. */
export const asked = signal('')

let socket: Signalling | undefined
let rings = false

/** Connect, and stay connected. Once per page; `answers`: new calls ring. */
export function startLobby(answers: boolean): void {
  rings = answers
  socket = new Signalling({
    token: async () => (await signalToken()).token,
    message: receive,
    changed(up) {
      connected.value = up
      if (!up) asked.value = ''
    },
    failed(failure) {
      goToSignInIf(failure)
      lobbyFailure.value = failure
      connected.value = false
    },
  })
  setInterval(() => {
    serverNow.value = socket?.serverTime() ?? Date.now()
  }, TICK_MS)
}

/** Take a waiting call; the server's answer leads to the session's page. */
export function admit(call: string): void {
  ask(call, () => socket?.send({ type: 'admit', call }))
}

/** Open a session with a fixed camera. */
export function callCamera(camera: string): void {
  ask(camera, () => socket?.send({ type: 'call-camera', camera }))
}

function ask(what: string, send: () => boolean | undefined): void {
  lobbyFailure.value = null
  if (send()) asked.value = what
  else lobbyFailure.value = new Failure('connection-failed')
}

function receive(message: ServerSignal): void {
  switch (message.type) {
    case 'lobby':
      if (rings && newCalls(lobby.value, message).length > 0) ring()
      lobby.value = message
      if (lobbyFailure.value?.code === 'server-stopping') lobbyFailure.value = null
      serverNow.value = message.server_time
      break
    case 'admitted':
      location.assign(`/s/${message.session}`)
      break
    case 'refused':
      asked.value = ''
      if (message.to !== 'hello') lobbyFailure.value = new Failure(message.code as ErrorCode, message.detail)
      break
    case 'ended':
      connected.value = false
      if (message.code) lobbyFailure.value = new Failure(message.code as ErrorCode, message.reason)
      break
    default:
  }
}
