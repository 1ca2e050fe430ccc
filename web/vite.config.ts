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
    rolldownOptions: { input: pages.map((page) => `${page}.html`) },
  },
  test: {
    environment: 'node',
    include: ['src/**/*.test.{ts,tsx}'],
  },
})
