// Runs in the browser: gives every frame of a film to the module of the tablet's page, as the page does.

/**
 * Gives where marks are shown in every frame, and what that took in ms: to read its pixels, to measure how it has moved,
 * and to carry the marks.
 *
 * `said[n]` is what the server has said when frame n is shown: of which frame, and every mark's pose in it; null for
 * nothing yet. Frames come from /next, as I420, until there are no more.
 */
export async function run({ module, width, height, frameMs, said }) {
  const { Compensation, LumaReader } = await import(module)
  const [compensation, reader] = [new Compensation(), new LumaReader()]
  const shown = []
  const ms = { read: [], measure: [], carry: [] }
  // The page carries the same poses again when it draws a frame anew: one object for each frame, as there.
  const byFrame = new Map()
  for (const each of said) if (each !== null && !byFrame.has(each.frame)) byFrame.set(each.frame, each.poses)
  for (let index = 0; index < said.length; index += 1) {
    const bytes = await (await fetch('/next')).arrayBuffer()
    if (bytes.byteLength === 0) break
    const layout = { format: 'I420', codedWidth: width, codedHeight: height, timestamp: index * frameMs * 1_000 }
    const frame = new VideoFrame(bytes, layout)
    const at = index * frameMs
    const began = performance.now()
    const brightness = await reader.read(frame)
    const read = performance.now()
    if (brightness !== undefined) compensation.take(brightness, at)
    const measured = performance.now()
    const known = said[index]
    const poses =
      known && compensation.carry(byFrame.get(known.frame), known.frame * frameMs, at, width / height)
    ms.carry.push(performance.now() - measured)
    ms.measure.push(measured - read)
    ms.read.push(read - began)
    frame.close()
    shown.push(poses ?? null)
  }
  return { shown, ms }
}
