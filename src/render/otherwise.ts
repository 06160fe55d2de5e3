/** What a chart puts out otherwise: with another seed, at another moment, with what nobody here can answer answered. */
import { RELEASE_NAME } from '../discover/chart.js'
import type { ChartRender, ChartSource, Document } from '../model.js'
import { answered } from './branches.js'
import { documentsOf, nameOf } from './chart-documents.js'
import type { HelmRequest, HelmResult, RenderEngines } from './engines.js'
import { anotherMoment, CHANCE, generatedIn, isRandom, keysOf, pairs, withOtherSeed } from './moments.js'
import type { Rendered } from './rendered.js'

/** The documents, each knowing what of it was generated; and the same with another seed, where more than that differs. */
export async function withGenerated(
  source: ChartSource,
  each: ChartRender,
  request: HelmRequest,
  { moments }: HelmResult,
  documents: readonly Document[],
  engines: RenderEngines,
): Promise<Pick<Rendered, 'documents' | 'otherwise'>> {
  if (!isRandom(moments)) return { documents, otherwise: [] }
  const result = await engines.helm(withOtherSeed(request))
  const others = documentsOf(source, each, result).documents
  const keys = await keysOf(engines, moments)
  const paired = pairs(documents, others)
  const compared = paired?.map(([document, other]) => ({
    document,
    generated: generatedIn(document.text, other.text, keys),
  }))
  const isSame = compared?.every(({ generated }) => generated !== null) === true
  return {
    documents:
      compared?.map(({ document, generated }) =>
        generated === null || generated.size === 0
          ? document
          : { ...document, origin: { ...document.origin, generated } },
      ) ?? documents,
    otherwise: isSame || result.error !== null ? [] : others.map((document) => at(CHANCE, document)),
  }
}

/** The documents of the chart at another moment, where they differ. */
export async function atAnotherMoment(
  source: ChartSource,
  each: ChartRender,
  request: HelmRequest,
  { moments }: HelmResult,
  documents: readonly Document[],
  engines: RenderEngines,
): Promise<Pick<Rendered, 'otherwise' | 'notes'>> {
  const another = each.environment.trial ? null : anotherMoment(request, moments)
  if (another === null) return { otherwise: [], notes: [] }
  const about = `${nameOf(source.id)} depends on when and where it is rendered (${another.why})`
  // Many charts refuse an upgrade without the passwords of before, or read more of what they look up than a name, and
  // then deploy nothing.
  const tries = [another.found, another.request].flatMap((wanted) =>
    wanted === null ? [] : [wanted, { ...wanted, isUpgrade: false }],
  )
  let [then = another.request, ...others] = tries
  let result = await engines.helm(then)
  for (; result.error !== null && others.length > 0; others = others.slice(1)) {
    then = others[0] ?? then
    result = await engines.helm(then)
  }
  const isFound = another.found !== null && then.files === another.found.files
  const unasked =
    another.found === null || isFound ? [] : [`${about}; where what it looks up is there it cannot be rendered`]
  if (result.error !== null)
    return {
      otherwise: [],
      notes: [`${about}; at another moment it cannot be rendered: ${clipped(result.error.message)}`],
    }
  const rendered = documentsOf(source, each, result).documents
  const isSame = pairs(documents, rendered)?.every(([document, other]) => document.text === other.text) === true
  if (isSame) return { otherwise: [], notes: unasked }
  const known = await withGenerated(source, each, then, result, rendered, engines)
  return {
    otherwise: known.documents.map((document) => at(another.why, document)),
    notes: [
      ...unasked,
      `${about}: what it puts out ${then.isUpgrade === true ? 'as an upgrade, ' : ''}${isFound ? 'where what it looks up is there, ' : ''}much later was judged too`,
    ],
  }
}

/** The documents of the chart with the comparisons that nobody here can answer answered yes, and no, where they differ. */
export async function eitherWay(
  source: ChartSource,
  each: ChartRender,
  request: HelmRequest,
  documents: readonly Document[],
  engines: RenderEngines,
): Promise<readonly Pick<Rendered, 'otherwise' | 'notes'>[]> {
  if (each.environment.trial) return []
  const isDeployed = each.deployed !== undefined
  const stated = {
    name: isDeployed || each.releaseName !== RELEASE_NAME,
    namespace: each.namespace !== null,
  }
  const ways = [true, false].map(async (answer) => {
    const other = answered(request.files, stated, answer)
    if (other === null) return { otherwise: [], notes: [] }
    const asked = { ...request, files: other.files }
    const result = await engines.helm(asked)
    if (result.error !== null) {
      const about = `${nameOf(source.id)} depends on what nothing here says (${other.why})`
      return { otherwise: [], notes: [`${about}; otherwise it cannot be rendered: ${clipped(result.error.message)}`] }
    }
    const rendered = documentsOf(source, each, result).documents
    if (pairs(documents, rendered)?.every(([document, same]) => document.text === same.text) === true)
      return { otherwise: [], notes: [] }
    const known = await withGenerated(source, each, asked, result, rendered, engines)
    return {
      otherwise: known.documents.map((document) => {
        const { text, origin } = at(other.why, document)
        return { text, origin: { ...origin, answered: answer } }
      }),
      notes: [],
    }
  })
  return Promise.all(ways)
}

/** Charts explain at length why they refuse. */
const clipped = (message: string): string => (message.length > 200 ? `${message.slice(0, 200)}…` : message)

/** Its lines are those of another render. */
function at(moment: string, { text, origin: { template: _, ...origin } }: Document): Document {
  return { text, origin: { ...origin, moment } }
}
