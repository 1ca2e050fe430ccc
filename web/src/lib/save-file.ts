import { file } from './rest'

/** A browser that asks where to save has read the file by then. */
const KEPT_MS = 600_000

/**
 * Fetches a file and saves it under `name`. Throws a `Failure`.
 *
 * Not by a link with `download`: for that Chromium opens a connection which knows nothing of a certificate that was let
 * through by hand, and cancels without a word; a refusal looks the same. What a page fetches is held on disk when it is
 * large, not in memory.
 */
export async function saveFile(url: string, name: string): Promise<void> {
  const href = URL.createObjectURL(await file(url))
  Object.assign(document.createElement('a'), { href, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(href), KEPT_MS)
}
