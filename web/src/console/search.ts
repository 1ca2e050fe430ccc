import type { Machine } from '../lib/wire'

/** Give the machines that hold every word of `query` in name, site or code, in their order. */
export function findMachines(machines: readonly Machine[], query: string): Machine[] {
  const words = folded(query).split(/\s+/).filter(Boolean)
  return machines.filter((machine) => {
    const text = folded(`${machine.name} ${machine.site} ${machine.code}`)
    return words.every((word) => text.includes(word))
  })
}

/** Without accents and capitals: nobody types them into a search. */
function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}
