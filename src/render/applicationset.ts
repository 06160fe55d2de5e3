/**
 * ApplicationSets: the Applications that they make of what lies in this repository. Go templates are filled in by Helm's
 * engine, which has the same language and the same functions.
 */
import { APPLICATION_SET, mergePatch } from '../discover/gitops/argo.js'
import { mapAt, mapsAt, textAt } from '../discover/gitops/fields.js'
import { generate, merged, Outside, Refused, type Generating } from '../discover/gitops/generators.js'
import { objectsOf, type Found } from '../discover/gitops/objects.js'
import {
  elsewhere,
  joined,
  notHere,
  NO_PART,
  unjudgedPart,
  type Part,
  type Surroundings,
} from '../discover/gitops/part.js'
import type { Document, Json, JsonObject } from '../model.js'
import { isMap, listOf } from '../parse/json.js'
import { parseYaml } from '../parse/yaml.js'
import type { NamedFile, RenderEngines } from './engines.js'

export interface Expanded extends Pick<Part, 'unjudged' | 'elsewhere'> {
  /** Each an Application, at the place of its set. They are followed; nobody judges them. */
  readonly applications: readonly Document[]
}

/** Of all the sets among the documents. */
export async function expandSets(
  documents: readonly Document[],
  around: Omit<Surroundings, 'objects'>,
  engines: RenderEngines,
): Promise<Expanded> {
  const objects = objectsOf(around.tree, documents)
  const sets = objects.of(new Set([APPLICATION_SET]))
  const parts = await Promise.all(sets.map((found) => expand(found, { ...around, objects }, engines)))
  const { unjudged, elsewhere } = joined(parts.map(({ part }) => part))
  return { applications: parts.flatMap(({ applications }) => applications), unjudged, elsewhere }
}

interface One {
  readonly part: Part
  readonly applications: readonly Document[]
}

async function expand(found: Found, around: Surroundings, engines: RenderEngines): Promise<One> {
  const spec = mapAt(found.value, 'spec')
  const goTemplate = spec['goTemplate'] === true
  const generating: Generating = {
    tree: around.tree,
    goTemplate,
    away: (url, revision) => notHere(around, url, revision, ''),
    fill: (value, params) =>
      goTemplate ? withGoTemplates(value, params, engines) : Promise.resolve(withTags(value, params)),
  }
  const parts: Part[] = []
  const applications: Document[] = []
  for (const generator of mapsAt(spec, 'generators')) {
    try {
      const { params, template } = await generate(generator, generating)
      for (const application of await filledIn(spec, template, params, generating))
        applications.push(documentOf(found, application))
    } catch (error) {
      if (error instanceof Outside) parts.push(elsewhere(found, whatOf(spec), error.message))
      else if (error instanceof Refused) parts.push(unjudgedPart(found, error.message))
      else throw error
    }
  }
  return { part: joined([NO_PART, ...parts]), applications }
}

function whatOf(spec: JsonObject): string {
  const source = mapAt(spec, 'template', 'spec', 'source')
  const [path, chart, url] = ['path', 'chart', 'repoURL'].map((key) => textAt(source, key))
  const what = path || (chart ? `chart ${chart}` : '')
  return what === '' ? 'what its generators fill in' : url ? `${what} of ${url}` : what
}

async function filledIn(
  spec: JsonObject,
  own: JsonObject,
  params: readonly JsonObject[],
  { fill }: Generating,
): Promise<readonly JsonObject[]> {
  if (params.length === 0) return []
  const template = merged(mapAt(spec, 'template'), own)
  const filled = await fill(template, params)
  const patch = textAt(spec, 'templatePatch')
  const patches = patch === '' ? [] : await fill(patch, params)
  return filled.map((each, i) => {
    const text = patches[i]
    if (typeof text !== 'string') return mapAt(each)
    const { value, problem } = parseYaml(text)
    if (problem !== null || (value !== null && !isMap(value))) throw new Refused('its templatePatch gives no map')
    return mergePatch(mapAt(each), value ?? {})
  })
}

/** An Application of a set lives in the set's namespace. */
function documentOf({ namespace, by, origin, value }: Found, application: JsonObject): Document {
  const metadata = { ...mapAt(application, 'metadata'), ...(namespace === '' ? {} : { namespace }) }
  return {
    text: JSON.stringify({ apiVersion: textAt(value, 'apiVersion'), kind: 'Application', ...application, metadata }),
    origin: {
      source: origin.source,
      kind: 'manifest',
      environment: origin.environment,
      file: by.file,
      document: 0,
      line: by.line,
      hooks: [],
      vendored: null,
      role: 'judged',
    },
  }
}

/* ------------------------------------------------------------ templates */

/** `{{path.basename}}`: a parameter by its whole name; what there is none of stays. */
function withTags(value: Json, params: readonly JsonObject[]): readonly Json[] {
  return params.map((set) =>
    withTexts(value, (text) =>
      text.replace(/\{\{([^}]*)\}\}/g, (whole, tag: string) => {
        const given = set[tag.trim()]
        return typeof given === 'string' ? given : whole
      }),
    ),
  )
}

function withTexts(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return listOf(value).map((item) => withTexts(item, change))
  if (!isMap(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [change(key), withTexts(item, change)]))
}

/** Functions that Argo CD has, and Helm by another name. */
const FUNCTIONS = `{{ define "argocd.normalize" }}{{ regexReplaceAll "[^-a-z0-9.]" (lower .) "-" | trunc 253 | trimAll "-." }}{{ end }}`

/** All texts of all sets in one render: each text is a template of its own, with the parameters as its data. */
async function withGoTemplates(
  value: Json,
  params: readonly JsonObject[],
  engines: RenderEngines,
): Promise<readonly Json[]> {
  const texts = new Map<string, number>()
  withTexts(value, (text) => {
    if (text.includes('{{') && !texts.has(text)) texts.set(text, texts.size)
    return text
  })
  if (texts.size === 0) return params.map(() => value)
  const partials = [...texts].map(([text, i]) => `{{ define "text.${i}" }}${ofHelm(text)}{{ end }}`)
  const calls = [...texts.values()].map((i) => `{{ include "text.${i}" $set | toJson }}`)
  const files: readonly NamedFile[] = [
    { name: 'Chart.yaml', content: 'apiVersion: v2\nname: set\nversion: 1.0.0\n' },
    ...[FUNCTIONS, ...partials].map((content, i) => ({ name: `templates/_${i}.tpl`, content })),
    {
      name: 'templates/filled.yaml',
      content: `filled:\n{{- range $set := .Values.sets }}\n- [${calls.join(', ')}]\n{{- end }}\n`,
    },
  ]
  const { error, documents } = await engines.helm({
    files,
    values: [{ name: 'parameters', content: JSON.stringify({ sets: params }) }],
  })
  if (error !== null) throw new Refused(`its templates cannot be filled in: ${error.message}`)
  const rows = listOf(mapAt(parseYaml(documents[0]?.text ?? '').value)['filled'])
  return params.map((_, i) => {
    const row = listOf(rows[i])
    return withTexts(value, (text) => {
      const at = texts.get(text)
      const filled = at === undefined ? text : row[at]
      if (typeof filled !== 'string') throw new Refused('its templates cannot be filled in')
      return filled
    })
  })
}

/** A template with the functions that Helm does not have in its own words. */
const ofHelm = (text: string): string =>
  text.replace(/\{\{[\s\S]*?\}\}/g, (action) =>
    action.replace(/(?<![\w.$"])normalize(?![\w"])/g, 'include "argocd.normalize"'),
  )
