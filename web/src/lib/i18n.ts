// Texts in the reader's language. Messages are Fluent files, `locales/<language>/<area>.ftl`, and all of them are in the
// bundle: a tablet that has lost its network can still change its language.

import { FluentBundle, FluentResource, type FluentVariable } from '@fluent/bundle'
import { effect, signal } from '@preact/signals'

export const LANGUAGES = ['en', 'de', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]
export type TextArguments = Record<string, FluentVariable>

/** Each language's name in itself. */
export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', de: 'Deutsch', zh: '中文' }

/** For `Intl`, and for the `lang` attribute: which Chinese script decides which glyphs a font shows. */
export const LOCALES: Record<Language, string> = { en: 'en-GB', de: 'de-DE', zh: 'zh-CN' }

const STORED_AS = 'arsupport.language'

const files = import.meta.glob<string>('../locales/*/*.ftl', { query: '?raw', import: 'default', eager: true })
const bundles = new Map(LANGUAGES.map((code) => [code, bundleOf(code)]))

/** The language that texts are shown in. Components that call `t` are drawn again when it changes. */
export const language = signal<Language>('en')

/** Give the text `id` in the current language; in English when it is missing there, and `id` itself when nowhere. */
export function t(id: string, args?: TextArguments): string {
  return text(language.value, id, args) ?? text('en', id, args) ?? id
}

/** Tell whether there is a text `id`. */
export function hasText(id: string): boolean {
  return bundles.get('en')?.hasMessage(id) ?? false
}

/** Choose the language and remember it on this device. */
export function chooseLanguage(chosen: Language): void {
  language.value = chosen
  localStorage.setItem(STORED_AS, chosen)
}

/** Find the language to begin with: what was chosen on this device before, else the first wanted one that exists. */
export function preferredLanguage(stored: string | null, wanted: readonly string[]): Language {
  const candidates = [stored ?? '', ...wanted].map((tag) => tag.toLowerCase().split('-')[0])
  for (const candidate of candidates) {
    const found = LANGUAGES.find((code) => code === candidate)
    if (found) return found
  }
  return 'en'
}

/** Take up the reader's language, and keep the document's `lang` in step with it. Once per page. */
export function startI18n(): void {
  language.value = preferredLanguage(localStorage.getItem(STORED_AS), navigator.languages)
  effect(() => {
    document.documentElement.lang = LOCALES[language.value]
  })
}

function text(code: Language, id: string, args?: TextArguments): string | undefined {
  const bundle = bundles.get(code)
  const pattern = bundle?.getMessage(id)?.value
  if (!bundle || !pattern) return undefined
  return bundle.formatPattern(pattern, args ?? {}, [])
}

function bundleOf(code: Language): FluentBundle {
  // Isolation marks protect mixed directions; all our languages run left to right, and the marks would be copied along.
  const bundle = new FluentBundle(LOCALES[code], { useIsolating: false })
  for (const [path, content] of Object.entries(files)) {
    if (path.includes(`/${code}/`)) bundle.addResource(new FluentResource(content))
  }
  return bundle
}
