/**
 * Comparisons that nothing of a repository decides: with chance, the clock, the number of the release, and its name and
 * namespace where nobody states them. One render takes one way of each, and no other name or number finds the way that
 * somebody meant to be taken; so a chart that makes them is rendered with all of them answered yes, and with all answered no.
 *
 * Templates are read as text: what is not understood stays as it is.
 */
import type { NamedFile } from './engines.js'

export interface Answered {
  readonly files: readonly NamedFile[]
  /** The first comparison: `.Release.Revision in templates/job.yaml:3`. */
  readonly why: string
}

/** What of the release somebody states, who then knows what it compares to. */
export interface Stated {
  readonly name: boolean
  readonly namespace: boolean
}

/** A chart's files with every such comparison answered; null where there is none. */
export function answered(files: readonly NamedFile[], stated: Stated, answer: boolean): Answered | null {
  const templates = files.filter(isTemplate).map((file) => ({ file, text: textOf(file) }))
  if (!templates.some(({ text }) => MAY_ASK.test(text))) return null
  const asked = askedIn(
    templates.map(({ text }) => text),
    stated,
  )
  const whys: string[] = []
  const others = new Map<NamedFile, NamedFile>()
  for (const { file, text } of templates) {
    const { content, found } = answeredText(text, asked, answer)
    if (content !== text) others.set(file, { ...file, content })
    whys.push(...found.map(({ what, line }) => `${what} in ${file.name}:${line}`))
  }
  const [why] = whys
  return why === undefined ? null : { files: files.map((file) => others.get(file) ?? file), why }
}

const decoder = new TextDecoder()

const textOf = ({ content }: NamedFile): string => (typeof content === 'string' ? content : decoder.decode(content))

const isTemplate = ({ name }: NamedFile): boolean => /(?:^|\/)templates\//.test(name)

/* ------------------------------------------------------------- what is asked */

/** Whether an expression's value is one that nobody here knows, and what of it says so. */
interface Asked {
  readonly of: (expression: string, variables: Variables) => Source | null
}

interface Source {
  readonly what: string
  /** The release's name or namespace: what is compared with a text is meant, and not whether the name holds the chart's. */
  readonly isName: boolean
}

type Variables = ReadonlyMap<string, Source>

const CHANCE = String.raw`rand(?:AlphaNum|Alpha|Ascii|Numeric|Bytes|Int)|shuffle|uuidv4`
const CLOCK = 'now|date|dateInZone|date_in_zone|htmlDate|htmlDateInZone|ago'
const FUNCTION = new RegExp(String.raw`(?<![\w."$-])(${CHANCE}|${CLOCK})(?![\w.-])`)
const FIELD = /\.Release\.(?:Revision|Name|Namespace)\b|\.HelmVersion\b/
const MAY_ASK = new RegExp(`${FIELD.source}|${FUNCTION.source}`)

function askedIn(texts: readonly string[], { name, namespace }: Stated): Asked {
  const isKnown = (what: string): boolean =>
    (name && what === '.Release.Name') || (namespace && what === '.Release.Namespace')
  const helpers = new Map<string, Source>()
  const sourceIn = (expression: string, variables: Variables): Source | null => {
    const bare = expression.replace(STRING, '""')
    for (const [what] of bare.matchAll(new RegExp(FIELD.source, 'g')))
      if (!isKnown(what)) return { what, isName: /Name/.test(what) }
    const called = FUNCTION.exec(bare)?.[1]
    if (called !== undefined) return { what: called, isName: false }
    for (const [variable] of bare.matchAll(/\$\w+/g)) {
      const source = variables.get(variable)
      if (source !== undefined) return source
    }
    for (const [, helper = ''] of expression.matchAll(/\binclude\s+"([^"]+)"/g)) {
      const source = helpers.get(helper)
      if (source !== undefined) return source
    }
    return null
  }
  const bodies = texts.flatMap(definesIn)
  // A helper may call one that stands behind it.
  for (let before = -1; before < helpers.size;) {
    before = helpers.size
    for (const { helper, actions } of bodies) {
      const source = actions.map((action) => sourceIn(action, NONE)).find((found) => found !== null)
      if (source !== undefined && source !== null && !helpers.has(helper)) helpers.set(helper, source)
    }
  }
  return { of: sourceIn }
}

const NONE: Variables = new Map()

/** The helpers of a text with the actions in them, and at most those behind. */
function definesIn(text: string): readonly { readonly helper: string; readonly actions: readonly string[] }[] {
  return text
    .split(/\{\{-?\s*define\s+(?=")/)
    .slice(1)
    .map((body) => ({
      helper: /^"([^"]*)"/.exec(body)?.[1] ?? '',
      actions: [...body.matchAll(ACTION)].map(([, , action = '']) => action),
    }))
}

/* -------------------------------------------------------------- what is answered */

const STRING = /"(?:[^"\\\n]|\\.)*"|`[^`]*`/g
/** A comment, which may hold what looks like one, or an action in three parts. */
const ACTION =
  /\{\{-?\s*\/\*[^]*?\*\/\s*-?\}\}|(\{\{-?\s*)((?:"(?:[^"\\\n]|\\.)*"|`[^`]*`|[^"`}]|\}(?!\}))*?)(\s*-?\}\})/g
/** What stands before a pipeline. */
const KEYWORD = /^(?:(?:else\s+)?(?:if|with)\s+|\$\w*\s*(?:,\s*\$\w+\s*)?:?=\s*)*/
const COMPARES =
  /^(?:eq|ne|lt|le|gt|ge|has|contains|hasPrefix|hasSuffix|regexMatch|mustRegexMatch|semverCompare|mod|randInt)(?![\w.-])/

interface Found {
  readonly what: string
  readonly line: number
}

function answeredText(
  text: string,
  asked: Asked,
  answer: boolean,
): { readonly content: string; readonly found: readonly Found[] } {
  const variables = variablesOf(text, asked)
  const found: Found[] = []
  const content = text.replace(
    ACTION,
    (whole: string, open: string, action: string | undefined, close: string, offset: number) => {
      if (action === undefined) return whole
      // What refuses to be deployed one way would hide what it deploys.
      if (/^fail\s/.test(action)) return `${open}""${close}`
      const [keyword = ''] = KEYWORD.exec(action) ?? []
      const pipeline = action.slice(keyword.length)
      const other = answeredIn(pipeline, String(answer), (expression) => {
        const source = asked.of(expression, variables)
        if (source === null || (source.isName && !comparesWithText(expression))) return false
        found.push({ what: source.what, line: text.slice(0, offset).split('\n').length })
        return true
      })
      return other === pipeline ? whole : `${open}${keyword}${other}${close}`
    },
  )
  return { content, found }
}

const comparesWithText = (expression: string): boolean =>
  new RegExp(STRING.source).test(expression.replace(/\binclude\s+"[^"]*"/g, ''))

function variablesOf(text: string, asked: Asked): Variables {
  const variables = new Map<string, Source>()
  for (const [, , action = ''] of text.matchAll(ACTION)) {
    const [, variable, value = ''] = /^(?:(?:else\s+)?(?:if|with)\s+)?(\$\w+)\s*:?=\s*([^]*)$/.exec(action) ?? []
    const source = variable === undefined ? null : asked.of(value, variables)
    if (variable !== undefined && source !== null) variables.set(variable, source)
  }
  return variables
}

/** A pipeline, with each outermost comparison that `isAsked` in its place. */
function answeredIn(pipeline: string, answer: string, isAsked: (expression: string) => boolean): string {
  const { pieces, pipes } = piecesOf(pipeline)
  const last = pipes.findLastIndex(({ start }) => COMPARES.test(pipeline.slice(start).trimStart()))
  const end = pipes[last]?.end
  if (end !== undefined && isAsked(pipeline.slice(0, end)))
    return `${answer}${end < pipeline.length ? ' ' : ''}${pipeline.slice(end)}`
  return pieces
    .map((piece) => (piece.startsWith('(') ? `(${answeredIn(piece.slice(1, -1), answer, isAsked)})` : piece))
    .join('')
}

/** The groups in parentheses and what is between them; and the commands between pipes, as offsets. */
function piecesOf(pipeline: string): {
  readonly pieces: readonly string[]
  readonly pipes: readonly { readonly start: number; readonly end: number }[]
} {
  const pieces: string[] = []
  const pipes: { readonly start: number; readonly end: number }[] = []
  let [depth, from, command] = [0, 0, 0]
  for (const { 0: token, index } of pipeline.matchAll(/"(?:[^"\\\n]|\\.)*"|`[^`]*`|[()|]/g)) {
    if (token === '(' && depth++ === 0) {
      pieces.push(pipeline.slice(from, index))
      from = index
    } else if (token === ')' && --depth === 0) {
      pieces.push(pipeline.slice(from, index + 1))
      from = index + 1
    } else if (token === '|' && depth === 0) {
      pipes.push({ start: command, end: index })
      command = index + 1
    }
  }
  return { pieces: [...pieces, pipeline.slice(from)], pipes: [...pipes, { start: command, end: pipeline.length }] }
}
