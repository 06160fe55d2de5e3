/**
 * The shape every area of `relate` has: `card` looks at one resource alone and keeps what others need of it,
 * `resolve` takes all cards of one environment and answers for each resource. Neither says good or bad.
 */
import type { Pod, Resource } from '../model.js'
import type { World } from './world.js'

export interface Carded<Card> {
  readonly resource: Resource
  readonly card: Card
}

export interface Area<Card, Facts> {
  /** null: this resource plays no part in the area. */
  readonly card: (resource: Resource, pod: Pod | null) => Card | null
  /** Called once per environment; the function it gives is called once per judged resource and must be total. */
  readonly resolve: (cards: readonly Carded<Card>[], world: World) => (resource: Resource, pod: Pod | null) => Facts
}
