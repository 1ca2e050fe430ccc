import { failureOf } from '../lib/failure'
import { DIRECT, SLOW_GATHERING_MS } from '../lib/paths'
import type { IceServer, IceServers } from '../lib/wire'
import { CheckSocket } from './check-socket'
import { median } from './figures'
import { measure, Probe } from './probe'
import type { Findings, Flow, Side } from './verdict'

const PINGS = 5

/**
 * Checks the way to the server: signalling, both ways, then what the better one carries. `found` hears of every step.
 *
 * Rejects with a `Failure` when the check itself is refused; a server that is not reached is a finding.
 */
export async function runCheck(
  side: Side,
  token: () => Promise<string>,
  found: (findings: Findings) => void,
): Promise<Findings> {
  let findings: Findings = { side }
  const note = (more: Partial<Findings>): Findings => {
    findings = { ...findings, ...more }
    found(findings)
    return findings
  }
  let socket: CheckSocket
  let ice: IceServers
  try {
    ;[socket, ice] = await CheckSocket.open(await token())
  } catch (error) {
    const failure = failureOf(error)
    if (failure.code !== 'connection-failed') throw failure
    return note({ signallingMs: null, flow: null })
  }
  try {
    const roundTrips: number[] = []
    for (let count = 0; count < PINGS; count += 1) roundTrips.push(await socket.ping())
    note({ signallingMs: median(roundTrips) })
    return note({ flow: await bestWay(socket, ice, note) })
  } finally {
    socket.close()
  }
}

async function bestWay(
  socket: CheckSocket,
  ice: IceServers,
  note: (more: Partial<Findings>) => void,
): Promise<Flow | null> {
  const relays = ice.ice_servers.filter(isRelay)
  const others = ice.ice_servers.filter((server) => !isRelay(server))
  const direct = ice.relay_only ? null : new Probe({ ...DIRECT, iceServers: others })
  const relay =
    relays.length === 0 ? null : new Probe({ iceServers: relays, relayOnly: true, gatheringMs: SLOW_GATHERING_MS })
  try {
    const [directWorks, relayWorks] = await Promise.all([
      tried(direct, socket).then((works) => {
        note({ direct: works })
        return works
      }),
      tried(relay, socket).then(async (works) => {
        note({ relay: works === null ? null : works ? ((await relay?.relayProtocol()) ?? '') : '' })
        return works
      }),
    ])
    const best = directWorks ? direct : relayWorks ? relay : null
    return best && (await measure(best))
  } finally {
    direct?.close()
    relay?.close()
  }
}

async function tried(probe: Probe | null, socket: CheckSocket): Promise<boolean | null> {
  return probe && (await probe.connect(socket))
}

function isRelay({ urls }: IceServer): boolean {
  return urls.some((url) => url.startsWith('turn'))
}
