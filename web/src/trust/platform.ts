export const PLATFORMS = ['ios', 'android', 'windows', 'macos', 'linux'] as const

export type Platform = (typeof PLATFORMS)[number]

/** Gives which device this is, by what its browser says; an iPad says that it is a Mac, but Macs have no touch screen. */
export function platformOf(userAgent: string, touchPoints: number): Platform {
  if (/iPhone|iPad/.test(userAgent)) return 'ios'
  if (userAgent.includes('Macintosh')) return touchPoints > 1 ? 'ios' : 'macos'
  if (userAgent.includes('Android')) return 'android'
  return userAgent.includes('Windows') ? 'windows' : 'linux'
}
