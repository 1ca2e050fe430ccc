import { defineConfig } from 'vitest/config'

// The server serves these names; what they load has a hash in its name and can be cached for ever.
const pages = [
  'index',
  'session',
  'replay',
  'tablet',
  'machine',
  'sign-in',
  'setup',
  'new-password',
  'trust',
  'not-found',
  'check',
]

export default defineConfig({
  build: {
    outDir: '../arsupport/server/static',
    emptyOutDir: true,
    target: 'es2023',
    // A strict Content-Security-Policy forbids inline scripts and data: media.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // Motion is a file of its own with names that stay: the benchmark measures the very file that the tablet loads.
      input: { ...Object.fromEntries(pages.map((page) => [page, `${page}.html`])), motion: 'src/motion/index.ts' },
      preserveEntrySignatures: 'allow-extension',
    },
  },
  test: {
    environment: 'node',
    include: ['src/**/*.test.{ts,tsx}'],
  },
})
