/**
 * What the base says about what is told of the head. Environments never mix: what staging had is no excuse for prod. What
 * the base said of every environment, it said of each.
 */
import { lazy } from '../lazy.js'
import type { Environment, Finding, Judgement, Path, Resource, Unknown } from '../model.js'
import { fingerprintOf, identityOf, nameOf, valueOf } from './fingerprint.js'
import { groupBy } from './group.js'
import { isContainerAsBefore, movedItem, placeAtPod, placesAtContainers } from './moved.js'

/** What the pull request starts from. */
export interface Base {
  readonly judgement: Judgement
  /** Whether all that the render of a source asks for is the same in base and head, byte for byte. */
  readonly isUnchanged: (source: string) => boolean
}

export interface Before {
  /** Whether the base has it, with the same value. As many as it had are existing, one more is new. */
  readonly takeOne: (told: Finding | Unknown) => boolean
  /** The same, however many there are. */
  readonly hasSame: (finding: Finding) => boolean
  /** Whether the policy judged the same thing in the base, and had neither an objection nor a doubt. */
  readonly wasYes: (told: Finding | Unknown) => boolean
}

export function beforeOf({ findings, unknowns, resources }: Judgement): Before {
  const had = [...instancesOf(findings), ...instancesOf(unknowns)].map(([each]): Had => ({
    each,
    taken: new Set(),
    spread: new Set(),
  }))
  const inPlace = groupBy(had, ({ each }) => keyOf(bound(each), each.environment))
  // Most pull requests move nothing.
  const moved = lazy(() =>
    groupBy(
      had.flatMap((one) => {
        const key = movedKey(one.each)
        return key === null ? [] : [{ ...one, key: keyOf(key, one.each.environment) }]
      }),
      ({ key }) => key,
    ),
  )
  const told = new Set([...findings, ...unknowns].map((each) => keyOf(fingerprintOf(each), each.environment)))
  const byIdentity = groupBy(resources, identityOf)
  /** What the base had of a key in an environment, else in every one. */
  const hadOf = (all: ReadonlyMap<string, readonly Had[]>, key: string | null, environment: Environment) => {
    if (key === null) return []
    const [own, everywhere] = keysOf(key, environment)
    return all.get(own) ?? all.get(everywhere) ?? []
  }
  /**
   * What the base said of the pod where the head says it of one of its containers, or the other way round of each of them;
   * they are as they were. A list a container.
   */
  const saidByContainer = (each: Finding | Unknown): readonly (readonly Had[])[] => {
    if (valueOf(each) !== '') return []
    const { environment, resource, path } = each
    const saidAt = (place: Path, container: Path): readonly Had[] =>
      hadOf(inPlace, bound({ ...each, path: place }), environment).filter((one) =>
        isContainerAsBefore(one.each.resource, resource, container),
      )
    const atPod = placeAtPod(each)
    if (atPod !== null) return [saidAt(atPod, path)]
    return placesAtContainers(each).map((place) => saidAt(place, place))
  }
  return {
    takeOne(each) {
      const { environment } = each
      const name = JSON.stringify(environment.name)
      const isLeft = ({ taken, spread }: Had): boolean => !taken.has(name) && !spread.has(name)
      const one =
        hadOf(inPlace, bound(each), environment).find(isLeft) ??
        hadOf(moved(), movedKey(each), environment).find(isLeft)
      one?.taken.add(name)
      if (one !== undefined) return true
      // What was said of a pod was said of each of its containers.
      const own = JSON.stringify([environment.name, fingerprintOf(each)])
      const left = saidByContainer(each).map((said) =>
        said.filter(({ taken, spread }) => !taken.has(name) && !spread.has(own)),
      )
      if (!isSaidOfEach(left)) return false
      for (const [said] of left) said?.spread.add(own).add(name)
      return true
    },
    hasSame: (finding) =>
      hadOf(inPlace, bound(finding), finding.environment).length > 0 ||
      hadOf(moved(), movedKey(finding), finding.environment).length > 0 ||
      isSaidOfEach(saidByContainer(finding)),
    wasYes(each) {
      const { environment, resource, path } = each
      if (keysOf(fingerprintOf(each), environment).some((key) => told.has(key))) return false
      if (!resource.declared) return isUsed(resource, resources)
      const same = byIdentity.get(identityOf(resource)) ?? []
      return same
        .filter(({ origin }) => origin.environment.name === null || origin.environment.name === environment.name)
        .some((before) => holds(before, resource, path))
    },
  }
}

/**
 * The findings that are one in an environment: at the same place of the same file, with the same words. A resource with
 * several pods is judged for each, and so is one that belongs to several environments.
 */
export function instancesOf<Told extends Finding | Unknown>(
  all: readonly Told[],
): readonly (readonly [Told, ...Told[]])[] {
  return [...groupBy(all, instanceOf).values()]
}

const instanceOf = (told: Finding | Unknown): string => keyOf(placeOf(told), told.environment)

/** What tells a finding from others, whatever environment shows it. Unambiguous: what may hold anything says how long it is. */
export function placeOf(told: Finding | Unknown): string {
  // The same line of a base that several overlays build on is one place: the source is no part of it.
  const { file, kind, document } = told.resource.origin
  const fingerprint = fingerprintOf(told)
  const fixed = `${kind === 'manifest' ? document : ''} ${'elsewhere' in told && told.elsewhere} `
  return `${fixed}${fingerprint.length} ${file.length} ${fingerprint}${file}${told.message}`
}

/** Unambiguous, since a JSON text says itself where it ends. */
const keyOf = (text: string, { name }: Pick<Environment, 'name'>): string => `${JSON.stringify(name)} ${text}`

/** The key in its own environment, and in every one. */
const keysOf = (text: string, environment: Environment): readonly [string, string] => [
  keyOf(text, environment),
  keyOf(text, { name: null }),
]

/**
 * `existing` binds to the offending value as well: a changed value is new. What could not be told offends by no value that
 * anybody knows, so that its words count too: another doubt is a new one.
 */
const bound = (told: Finding | Unknown): string => JSON.stringify([fingerprintOf(told), valueOf(told), doubtOf(told)])

const doubtOf = (told: Finding | Unknown): string | null => ('elsewhere' in told ? null : told.message)

/** The same of an item that may stand elsewhere in its list. */
function movedKey(told: Finding | Unknown): string | null {
  const item = movedItem(told)
  return item === null ? null : JSON.stringify([item, doubtOf(told)])
}

const isSaidOfEach = (byContainer: readonly (readonly Had[])[]): boolean =>
  byContainer.length > 0 && byContainer.every((said) => said.length > 0)

interface Had {
  readonly each: Finding | Unknown
  /** Names of the environments of the head that have it from here. */
  readonly taken: Set<string>
  /** Those of the head that have a part of it: it was said of a pod, and now is of its containers; or the other way round. */
  readonly spread: Set<string>
}

/** Whether what a stand-in stands for was there. */
function isUsed({ kind, namespace }: Resource, resources: readonly Resource[]): boolean {
  return kind === 'Namespace' ? resources.some((resource) => resource.namespace === namespace) : resources.length > 0
}

/** Whether `before` has the list items that the path goes through, those with a name by their name. */
function holds(before: Resource, now: Resource, path: Path): boolean {
  let [then, at]: [unknown, unknown] = [before.object, now.object]
  for (const step of path) {
    const item = child(at, step)
    const name = nameOf(item)
    const isNamed = typeof step === 'number' && name !== null && Array.isArray(then)
    then = isNamed ? (then as readonly unknown[]).find((other) => nameOf(other) === name) : child(then, step)
    if (typeof step === 'number' && then === undefined) return false
    at = item
  }
  return true
}

function child(value: unknown, step: string | number): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[step] : undefined
}
