import { effect } from '@preact/signals'
import { type ComponentChildren, render } from 'preact'
import { startI18n, t } from '../lib/i18n'
import { startTheme } from './switches'
import { Toasts } from './toasts'
import './tokens.css'
import './base.css'
import './components.css'

/** Start a page: language, theme, styles, the document's title (the text `titleId`), then `content`. Once per page. */
export function showPage(titleId: string, content: ComponentChildren): void {
  startI18n()
  startTheme()
  effect(() => {
    document.title = `${t(titleId)} · arsupport`
  })
  const root = document.getElementById('app')
  if (!root) throw new Error('the page has no element #app')
  render(
    <>
      {content}
      <Toasts />
    </>,
    root,
  )
}
