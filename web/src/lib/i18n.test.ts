import { FluentBundle, FluentResource } from '@fluent/bundle'
import { describe, expect, test } from 'vitest'
import { hasText, LANGUAGES, language, preferredLanguage, t } from './i18n'
import wire from './wire.ts?raw'

const files = import.meta.glob<string>('../locales/*/*.ftl', { query: '?raw', import: 'default', eager: true })
const sources = import.meta.glob<string>(['../**/*.{ts,tsx}', '!../**/*.test.*'], {
  query: '?raw',
  import: 'default',
  eager: true,
})

function idsOf(code: string): string[] {
  const own = Object.entries(files).filter(([path]) => path.includes(`/${code}/`))
  return own.flatMap(([, content]) => new FluentResource(content).body.map((entry) => entry.id))
}

function variablesOf(code: string, id: string): string[] {
  const content = Object.entries(files)
    .filter(([path]) => path.includes(`/${code}/`))
    .map(([, text]) => text)
    .join('\n\n')
  const entry = content.split(/^(?=[a-z])/m).find((part) => part.startsWith(`${id} =`)) ?? ''
  return [...new Set(entry.match(/\$\w+/g) ?? [])].sort()
}

describe('message files', () => {
  test.each(LANGUAGES)('%s has the same texts as English, each once', (code) => {
    const ids = idsOf(code)
    expect(ids.toSorted()).toEqual(idsOf('en').toSorted())
    expect(new Set(ids).size).toBe(ids.length)
  })

  test.each(LANGUAGES)('%s is read without errors', (code) => {
    for (const [path, content] of Object.entries(files)) {
      if (!path.includes(`/${code}/`)) continue
      const resource = new FluentResource(content)
      expect(new FluentBundle(code).addResource(resource)).toEqual([])
      // A line that Fluent cannot read is dropped in silence: count what looks like the beginning of a message.
      expect(resource.body.length, path).toBe(content.match(/^[a-z][\w-]* *=/gm)?.length ?? 0)
    }
  })

  test.each(LANGUAGES)('%s uses the same variables as English', (code) => {
    for (const id of idsOf('en')) expect(variablesOf(code, id), id).toEqual(variablesOf('en', id))
  })

  test.each(LANGUAGES)('%s explains every error code', (code) => {
    const declared = /export type ErrorCode = (.*)/.exec(wire)?.[1] ?? ''
    const codes = [...declared.matchAll(/'([a-z-]+)'/g)].map((match) => `error-${match[1]}`)
    expect(codes.length).toBeGreaterThan(30)
    expect(idsOf(code)).toEqual(expect.arrayContaining(codes))
  })

  test('every text that the pages ask for exists', () => {
    const asked = Object.values(sources).flatMap((source) =>
      [...source.matchAll(/\bt\(\s*'([^']+)'/g)].map((match) => match[1] ?? ''),
    )
    expect(asked.filter((id) => !hasText(id))).toEqual([])
  })
})

describe('t', () => {
  test('follows the chosen language and its plural rules', () => {
    language.value = 'de'
    expect(t('marks', { count: 1 })).toBe('1 Markierung')
    expect(t('marks', { count: 2 })).toBe('2 Markierungen')
    language.value = 'zh'
    expect(t('marks', { count: 2 })).toBe('2 个标记')
    language.value = 'en'
  })

  test('gives an unknown id back instead of nothing', () => {
    expect(t('no-such-text')).toBe('no-such-text')
  })
})

describe('the language to begin with', () => {
  test.each([
    ['zh', ['en-US'], 'zh'],
    [null, ['fr-FR', 'de-AT', 'en'], 'de'],
    [null, ['zh-Hant-TW'], 'zh'],
    ['xx', ['ja'], 'en'],
    [null, [], 'en'],
  ] as const)('stored %s, wanted %s: %s', (stored, wanted, expected) => {
    expect(preferredLanguage(stored, wanted)).toBe(expected)
  })
})
