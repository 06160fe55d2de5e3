/** Who may talk to whom, as pictures for a page: what a change brings, and all of it. */
import { connectionsOf, type Connections } from '../relate/network/connections.js'
import type { World } from '../relate/world.js'
import type { Worlds } from '../worlds.js'
import { pageDrawing } from './drawing.js'

export interface Picture {
  /** Names of the environments that look so; empty where there is only one. */
  readonly environments: readonly string[]
  /** The changes since the base, or all connections. */
  readonly of: 'changes' | 'all'
  /** Mermaid, ending in a newline; null: too many for a picture. */
  readonly drawing: string | null
}

/** Every pair of workloads is looked at: of more a page would wait too long, and show nothing. */
export const MOST_WORKLOADS = 300

const known = new WeakMap<World, Connections>()

/** Who may talk to whom in a world, asked once. */
export function connectionsIn(world: World): Connections {
  const found = known.get(world) ?? connectionsOf(world)
  known.set(world, found)
  return found
}

/** Changes first, where there are any; environments that look alike are one. Without a workload there is no picture. */
export function picturesOf(worlds: readonly Worlds[]): readonly Picture[] {
  const all = worlds.flatMap(({ environment, head, base }): readonly Picture[] => {
    const environments = environment.name === null ? [] : [environment.name]
    const workloads = Math.max(head.workloads.length, base?.workloads.length ?? 0)
    if (workloads === 0) return []
    if (workloads > MOST_WORKLOADS) return [{ environments, of: 'all', drawing: null }]
    const [now, before] = [connectionsIn(head), base === null ? null : connectionsIn(base)]
    const whole: Picture = { environments, of: 'all', drawing: pageDrawing(null, now) }
    if (before === null || JSON.stringify(before.connections) === JSON.stringify(now.connections)) return [whole]
    return [{ environments, of: 'changes', drawing: pageDrawing(before, now) }, whole]
  })
  const alike = new Map<string, Picture>()
  for (const picture of all.toSorted((a, b) => Number(a.of === 'all') - Number(b.of === 'all'))) {
    const key = JSON.stringify([picture.of, picture.drawing])
    const known = alike.get(key)
    const environments = [...(known?.environments ?? []), ...picture.environments]
    alike.set(key, { ...picture, environments })
  }
  return [...alike.values()]
}
