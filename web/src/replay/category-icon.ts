import type { IconName } from '../ui/icon'
import type { Category } from './filters'

/** The sign of each category, the same in list, filter and timeline. */
export const CATEGORY_ICONS: Readonly<Record<Category, IconName>> = {
  mark: 'mark',
  step: 'step',
  chat: 'chat',
  picture: 'picture',
  people: 'person',
  tracking: 'wave',
  record: 'lock',
}
