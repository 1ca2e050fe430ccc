// The server's REST interface: paths, bodies and failures. Bodies are those of arsupport/protocol/rest.py.

import { decode } from '@msgpack/msgpack'
import { Failure } from './failure'
import type {
  Account,
  ErrorCode,
  Event,
  Invitation,
  KeptMark,
  LabelWish,
  Machine,
  MachineHistory,
  NewMachine,
  NewPassword,
  Poses,
  Recording,
  SessionSummary,
  Setup,
  SignalToken,
  SignIn,
  Trust,
  Verification,
} from './wire'

export const signIn = (body: SignIn) => post<Account>('/api/sign-in', body)
export const signOut = () => post<unknown>('/api/sign-out')
export const me = () => get<Account>('/api/me')

export const trust = () => get<Trust>('/api/trust')

export const setupOpen = () => get<{ open: boolean }>('/api/setup')
export const setPassword = (body: NewPassword) => post<Account>('/api/new-password', body)
export const setUp = (body: Setup) => post<Account>('/api/setup', body)

export const signalToken = () => post<SignalToken>('/api/token')
export const codeToken = (code: string) => post<SignalToken>(`/api/codes/${encodeURIComponent(code)}/token`)
export const redeemInvitation = (token: string) => post<SignalToken>('/api/invitations/redeem', { token })
export const invite = (machine: string) => post<Invitation>('/api/invitations', { machine })

export const machines = () => get<Machine[]>('/api/machines')
export const addMachine = (body: NewMachine) => post<Machine>('/api/machines', body)
export const machineHistory = (id: string) => get<MachineHistory>(`/api/machines/${encodeURIComponent(id)}`)
export const retireKeptMark = (machine: string, kept: string, reason: string) =>
  post<KeptMark>(`/api/machines/${encodeURIComponent(machine)}/kept/${encodeURIComponent(kept)}/retire`, { reason })
export const labelUrl = (id: string, format: 'svg' | 'pdf', look: LabelWish) =>
  `/api/machines/${encodeURIComponent(id)}/label.${format}?${new URLSearchParams({ ...look })}`
export const sheetUrl = (site: string, look: LabelWish) => `/api/labels.pdf?${new URLSearchParams({ site, ...look })}`

export const sessions = (limit: number) => get<SessionSummary[]>(`/api/sessions?limit=${limit}`)
export const session = (id: string) => get<SessionSummary>(sessionPath(id))
export const recording = (id: string) => get<Recording>(`${sessionPath(id)}/recording`)
export const events = (id: string) => getPacked<Event[]>(`${sessionPath(id)}/events`)
export const verification = (id: string) => get<Verification>(`${sessionPath(id)}/verification`)
export const bundleUrl = (id: string) => `${sessionPath(id)}/bundle`
export const reportUrl = (id: string, language: string) =>
  `${sessionPath(id)}/report.pdf?${new URLSearchParams({ language })}`
export const stillUrl = (id: string, sha256: string) => `${sessionPath(id)}/stills/${sha256}`
export const annotatedStillUrl = (id: string, sha256: string) => `${stillUrl(id, sha256)}/annotated`
export const pictureUrl = (id: string, sha256: string) => `${sessionPath(id)}/pictures/${sha256}`
export const posesUrl = (id: string, track: string) => `${sessionPath(id)}/tracks/${encodeURIComponent(track)}/poses`
/** The RTP timestamps of a recorded track's frames, in the order in which they are shown. */
export const frames = (url: string) => get<number[]>(url)
/** Every recorded pose of a track. */
export const poses = (url: string) => getPacked<Poses[]>(url)
/** A file as it is. */
export async function file(url: string): Promise<Blob> {
  const response = await call(url, {})
  try {
    return await response.blob()
  } catch (error) {
    throw new Failure('connection-failed', String(error))
  }
}

function sessionPath(id: string): string {
  return `/api/sessions/${encodeURIComponent(id)}`
}

async function get<T>(path: string): Promise<T> {
  const response = await call(path, { headers: { accept: 'application/json' } })
  return (await response.json()) as T
}

async function getPacked<T>(path: string): Promise<T> {
  const response = await call(path, { headers: { accept: 'application/msgpack' } })
  return decode(await response.arrayBuffer()) as T
}

async function post<T>(path: string, body?: object): Promise<T> {
  const response = await call(path, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify(body ?? {}),
  })
  const text = await response.text()
  return (text ? JSON.parse(text) : undefined) as T
}

async function call(path: string, request: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, { credentials: 'same-origin', ...request })
  } catch (error) {
    throw new Failure('connection-failed', String(error))
  }
  if (!response.ok) throw await problemOf(response)
  return response
}

async function problemOf(response: Response): Promise<Failure> {
  const status = `HTTP ${response.status}`
  try {
    const problem: unknown = await response.json()
    if (problem && typeof problem === 'object' && 'code' in problem && typeof problem.code === 'string') {
      const detail = 'detail' in problem && typeof problem.detail === 'string' ? problem.detail : status
      return new Failure(problem.code as ErrorCode, detail)
    }
  } catch {
    // Not ours: a proxy's page, or no body at all. The status is all that is known.
  }
  return new Failure(response.status === 404 ? 'not-found' : 'internal', status)
}
