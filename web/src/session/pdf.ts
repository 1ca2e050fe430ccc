// Documents in this browser: loaded only when somebody opens one. The server never sees a PDF, only pictures of pages.

import { getDocument, PDFWorker } from 'pdfjs-dist'
import Worker from 'pdfjs-dist/build/pdf.worker.min.mjs?worker'
import { Failure } from '../lib/failure'
import { blobOf } from '../lib/new-picture'
import { MediaType } from '../lib/wire'

/** Of the longer side of a page that is shown on site, in pixels: its smallest print can be read when it is enlarged. */
const SHOWN_SIDE = 2_400
/** Drawings and text are sharp and small as PNG, scans are not. */
const MOST_PNG_BYTES = 1_500_000
const QUALITY = 0.88

// Under their own names, which documents ask for: character maps (Chinese, Japanese, Korean), fonts, decoders.
const FILES: Readonly<Record<string, string>> = import.meta.glob<string>(
  [
    '../../node_modules/pdfjs-dist/cmaps/*.bcmap',
    '../../node_modules/pdfjs-dist/standard_fonts/*.{pfb,ttf}',
    '../../node_modules/pdfjs-dist/wasm/{jbig2,openjpeg,qcms_bg}.wasm',
  ],
  { query: '?url', import: 'default', eager: true },
)
const ADDRESSES = new Map(Object.entries(FILES).map(([path, url]) => [path.split('/').at(-1), url]))

class Files {
  async fetch({ filename }: { filename: string }): Promise<Uint8Array> {
    const url = ADDRESSES.get(filename)
    if (url === undefined) throw new Error(`${filename} is not part of this page`)
    const response = await fetch(url)
    if (!response.ok) throw new Error(`${filename}: ${response.status}`)
    return new Uint8Array(await response.arrayBuffer())
  }
}

/** An open document. */
export interface Document {
  readonly pages: number
  /** Draws page `page` (from 1 on) on a canvas, `side` pixels long. */
  paint(page: number, canvas: HTMLCanvasElement, side: number): Promise<void>
  /** Gives a page as a picture. */
  picture(page: number): Promise<Blob>
  close(): void
}

/** Opens a PDF. A damaged one, and one with a password, is a `bad-picture`. */
export async function openDocument(file: Blob): Promise<Document> {
  const worker = new PDFWorker({ port: new Worker() as unknown as null })
  const loading = getDocument({
    data: new Uint8Array(await file.arrayBuffer()),
    worker,
    BinaryDataFactory: Files,
    useWorkerFetch: false,
  })
  const close = (): void => {
    void loading.destroy().finally(() => worker.destroy())
  }
  try {
    const document_ = await loading.promise
    const paint = async (page: number, canvas: HTMLCanvasElement, side: number): Promise<void> => {
      const sheet = await document_.getPage(page)
      const whole = sheet.getViewport({ scale: 1 })
      const viewport = sheet.getViewport({ scale: side / Math.max(whole.width, whole.height) })
      Object.assign(canvas, { width: Math.round(viewport.width), height: Math.round(viewport.height) })
      await sheet.render({ canvas, viewport }).promise
    }
    const picture = async (page: number): Promise<Blob> => {
      const canvas = document.createElement('canvas')
      await paint(page, canvas, SHOWN_SIDE)
      const png = await blobOf(canvas, MediaType.PNG)
      return png.size <= MOST_PNG_BYTES ? png : blobOf(canvas, MediaType.JPEG, QUALITY)
    }
    return { pages: document_.numPages, paint, picture, close }
  } catch (error) {
    close()
    throw new Failure('bad-picture', String(error))
  }
}
