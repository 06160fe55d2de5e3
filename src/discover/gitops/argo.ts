/**
 * What Argo CD deploys: an Application's sources as its repository server renders them.
 * https://github.com/argoproj/argo-cd, reposerver/repository/repository.go, util/helm, util/kustomize
 */
import picomatch from 'picomatch'
import type { JsonObject, ManifestSource, Tree } from '../../model.js'
import { isMap, isSame } from '../../parse/json.js'
import { decodeText } from '../../parse/split.js'
import { parseYaml } from '../../parse/yaml.js'
import { environmentByValues } from '../chart.js'
import { environmentByFolder } from '../environment.js'
import { kustomizationOf, KUSTOMIZATION_FILES } from '../kustomization.js'
import { nameOf, resolvePath } from '../path.js'
import { isSet, mapAt, mapsAt, textAt, textsAt } from './fields.js'
import { globRegex } from './globs.js'
import { child, kustomizationIn, withArgo } from './kustomize.js'
import type { Found } from './objects.js'
import {
  elsewhere,
  environmentFor,
  IN_CHARTS,
  joined,
  NO_PART,
  notHere,
  unjudgedOf,
  unjudgedPart,
  unread,
  type Part,
  type Surroundings,
} from './part.js'

export const APPLICATION = 'argoproj.io/Application'
export const APPLICATION_SET = 'argoproj.io/ApplicationSet'

/** An Application, and what all of its sources share. */
interface Application {
  readonly found: Found
  readonly around: Surroundings
  readonly name: string
  readonly project: string
  /** '' where nobody states it. */
  readonly namespace: string
  /** '' for the cluster that Argo CD runs in. */
  readonly cluster: string
  /** `$values` → the source that lends its files by that name. */
  readonly lenders: ReadonlyMap<string, JsonObject>
}

export function followApplication(found: Found, around: Surroundings): Part {
  const spec = mapAt(found.value, 'spec')
  const many = mapsAt(spec, 'sources')
  const dry = mapAt(spec, 'sourceHydrator', 'drySource')
  const one = isMap(spec['source']) ? mapAt(spec, 'source') : dry
  const sources = many.length > 0 ? many : [one]
  const app: Application = {
    found,
    around,
    name: textAt(found.value, 'metadata', 'name'),
    project: textAt(spec, 'project') || 'default',
    namespace: textAt(spec, 'destination', 'namespace'),
    cluster: clusterOf(mapAt(spec, 'destination')),
    lenders: new Map(
      sources.flatMap((source) => (textAt(source, 'ref') === '' ? [] : [[`$${textAt(source, 'ref')}`, source]])),
    ),
  }
  return joined(sources.map((source) => followSource(app, source)))
}

/** '' for the cluster that Argo CD runs in. */
function clusterOf(destination: JsonObject): string {
  const [name, server] = [textAt(destination, 'name'), textAt(destination, 'server')]
  if (name !== '') return name === 'in-cluster' ? '' : name
  return /^https:\/\/kubernetes\.default\.svc(?:\.cluster\.local)?(?::443)?\/?$/.test(server) ? '' : server
}

function followSource(app: Application, written: JsonObject): Part {
  const { found, around } = app
  const { tree } = around
  const [url, path, chart] = [textAt(written, 'repoURL'), textAt(written, 'path'), textAt(written, 'chart')]
  if (chart !== '') return elsewhere(found, `chart ${chart} of ${url}`, IN_CHARTS)
  // A source that only lends its files to others has no path.
  if (path === '' && textAt(written, 'ref') !== '') return NO_PART
  if (path === '') return unjudgedPart(found, 'its source has neither a path nor a chart')
  const what = `${path} of ${url}`
  const folder = resolvePath('', path)
  if (folder === null) return unjudgedPart(found, `its path ${path} leaves the repository`)
  const away = notHere(around, url, textAt(written, 'targetRevision'), folder)
  if (away !== null) return elsewhere(found, what, away)
  if (tree.stat(folder) !== 'directory') return unjudgedPart(found, `there is no folder ${path}`)
  const source = withOverrides(tree, folder, app.name, written)
  const stated = ['helm', 'kustomize', 'directory', 'plugin'].filter(
    (key) => Object.keys(mapAt(source, key)).length > 0,
  )
  if (stated.length > 1) return unjudgedPart(found, `its source says both ${stated.join(' and ')}`)
  const parts = {
    helm: () => ofChart(app, source, folder),
    kustomize: () => ofKustomization(app, source, folder),
    directory: () => ofDirectory(app, source, folder),
    plugin: () => unjudgedPart(found, `its plugin ${textAt(source, 'plugin', 'name')} cannot be run here`),
  }
  const known = Object.keys(KNOWN) as (keyof typeof KNOWN)[]
  return joined([
    parts[(stated[0] ?? typeOf(tree, folder)) as keyof typeof parts](),
    {
      ...NO_PART,
      unjudged: known.flatMap((key) =>
        unread(found, key === 'source' ? source : mapAt(source, key), KNOWN[key], found.origin.environment),
      ),
    },
  ])
}

/** As Argo CD looks for it; where a folder is both, a kustomization. */
function typeOf(tree: Tree, folder: string): 'helm' | 'kustomize' | 'directory' {
  const isThere = (name: string): boolean => tree.stat(child(folder, name)) === 'file'
  if (KUSTOMIZATION_FILES.some(isThere)) return 'kustomize'
  return isThere('Chart.yaml') ? 'helm' : 'directory'
}

/** Those that change what is rendered, and those that do not. */
const KNOWN = {
  source: new Set([
    ...['repoURL', 'path', 'targetRevision', 'chart', 'ref', 'name', 'helm', 'kustomize', 'directory', 'plugin'],
  ]),
  helm: new Set([
    ...['valueFiles', 'parameters', 'releaseName', 'values', 'fileParameters', 'version', 'passCredentials'],
    ...['ignoreMissingValueFiles', 'skipCrds', 'valuesObject', 'namespace', 'kubeVersion', 'apiVersions', 'skipTests'],
    ...['skipSchemaValidation'],
  ]),
  kustomize: new Set([
    ...['namePrefix', 'nameSuffix', 'images', 'commonLabels', 'version', 'commonAnnotations', 'forceCommonLabels'],
    ...['forceCommonAnnotations', 'namespace', 'commonAnnotationsEnvsubst', 'replicas', 'patches', 'components'],
    ...['ignoreMissingComponents', 'labelWithoutSelector', 'labelIncludeTemplates', 'kubeVersion', 'apiVersions'],
  ]),
  directory: new Set(['recurse', 'jsonnet', 'exclude', 'include', 'disableExtensionFilter']),
} as const

/** `.argocd-source.yaml`, and the Application's own, laid over the source; where it comes from they cannot change. */
function withOverrides(tree: Tree, folder: string, app: string, source: JsonObject): JsonObject {
  const files = ['.argocd-source.yaml', `.argocd-source-${app}.yaml`].map((name) => child(folder, name))
  const merged = files.reduce((now, file) => {
    const bytes = tree.read(file)
    const { value } = bytes === null ? { value: null } : parseYaml(decodeText(bytes).text)
    return isMap(value) ? mergePatch(now, value) : now
  }, source)
  const fixed = Object.entries(source).filter(([key]) => ['chart', 'path', 'repoURL', 'targetRevision'].includes(key))
  return { ...merged, ...Object.fromEntries(fixed) }
}

/** RFC 7386. */
export function mergePatch(target: JsonObject, patch: JsonObject): JsonObject {
  const entries = Object.entries(patch).map(([key, value]) => {
    const before = target[key]
    return [key, isMap(value) ? mergePatch(isMap(before) ? before : {}, value) : value] as const
  })
  return Object.fromEntries(
    [...Object.entries(target), ...entries].filter(([key, value]) => value !== null && patch[key] !== null),
  )
}

/** `$ARGOCD_APP_NAME` and its like, as os.Expand fills them in; a commit that is not made yet is all zeros. */
function filler({ name, namespace, project }: Application, source: JsonObject): (text: string) => string {
  const commit = '0'.repeat(40)
  const values: { readonly [name: string]: string } = {
    ARGOCD_APP_NAME: name,
    ARGOCD_APP_NAMESPACE: namespace,
    ARGOCD_APP_PROJECT_NAME: project,
    ARGOCD_APP_REVISION: commit,
    ARGOCD_APP_REVISION_SHORT: commit.slice(0, 7),
    ARGOCD_APP_REVISION_SHORT_8: commit.slice(0, 8),
    ARGOCD_APP_SOURCE_REPO_URL: textAt(source, 'repoURL'),
    ARGOCD_APP_SOURCE_PATH: textAt(source, 'path'),
    ARGOCD_APP_SOURCE_TARGET_REVISION: textAt(source, 'targetRevision'),
  }
  return (text) =>
    text.replace(/\$(?:\$|\{(\w*)\}|(\w+))/g, (whole, braced?: string, bare?: string) =>
      whole === '$$' ? '$' : (values[braced ?? bare ?? ''] ?? ''),
    )
}

/* ------------------------------------------------------------ kustomize */

function ofKustomization(app: Application, source: JsonObject, folder: string): Part {
  const { found, around } = app
  const environment = environmentFor(found, app.cluster, environmentByFolder(folder))
  const before = kustomizationIn(around.tree, folder)
  if (before === null) return unjudgedPart(found, `there is no kustomization in ${textAt(source, 'path')}`, environment)
  const { file, fields, problems } = withArgo(
    around.tree,
    folder,
    before,
    mapAt(source, 'kustomize'),
    filler(app, source),
  )
  const isSameAsThere = isSame(fields, before.fields)
  return {
    ...NO_PART,
    kustomizations: [
      {
        source: {
          kind: 'kustomization',
          id: folder,
          environment,
          deployed: {
            by: found.by,
            namespace: app.namespace || null,
            edit: isSameAsThere ? null : { file, text: JSON.stringify(fields) },
            substitution: null,
            metadata: null,
          },
        },
        content: kustomizationOf(around.tree, file, fields),
      },
    ],
    unjudged: problems.map((reason) => unjudgedOf(found, reason, environment)),
  }
}

/* ------------------------------------------------------------ directory */

/** Argo CD leaves a file out that says this. */
const SKIP = '+argocd:skip-file-rendering'

function ofDirectory(app: Application, source: JsonObject, folder: string): Part {
  const { found, around, namespace } = app
  const { tree } = around
  const directory = mapAt(source, 'directory')
  const environment = environmentFor(found, app.cluster, environmentByFolder(folder))
  const [include, exclude] = ['include', 'exclude'].map((key) => textAt(directory, key))
  const isOut = exclude === undefined || exclude === '' ? () => false : matching(exclude)
  const isIn = include === undefined || include === '' ? () => true : matching(include)
  const isAny = isSet(directory, 'disableExtensionFilter')
  const manifests: ManifestSource[] = []
  const problems: string[] = []
  for (const file of filesBelow(tree, folder, isSet(directory, 'recurse'))) {
    const relative = folder === '' ? file : file.slice(folder.length + 1)
    if ((!isAny && !/\.(?:yaml|yml|json|jsonnet)$/.test(file)) || isOut(relative) || !isIn(relative)) continue
    const bytes = tree.read(file)
    if (bytes === null || decodeText(bytes).text.includes(SKIP)) continue
    if (file.endsWith('.jsonnet')) problems.push(`${file} is Jsonnet, which is not evaluated here`)
    else
      manifests.push({
        kind: 'manifest',
        id: file,
        ...(environment.name === null ? {} : { environment }),
        deployed: { by: found.by, namespace: namespace || null },
      })
  }
  return { ...NO_PART, manifests, unjudged: problems.map((reason) => unjudgedOf(found, reason, environment)) }
}

function matching(glob: string): (path: string) => boolean {
  const regex = globRegex(glob)
  // What is no glob matches nothing, as in Argo CD.
  return (path) => regex?.test(path) === true
}

function filesBelow(tree: Tree, folder: string, recurse: boolean): readonly string[] {
  return (tree.list(folder) ?? []).flatMap(({ name, kind }) => {
    const path = child(folder, name)
    if (kind === 'file') return [path]
    return recurse && name !== '.git' ? filesBelow(tree, path, recurse) : []
  })
}

/* ----------------------------------------------------------------- helm */

function ofChart(app: Application, source: JsonObject, folder: string): Part {
  const { found, around, namespace } = app
  const { tree } = around
  const helm = mapAt(source, 'helm')
  const filled = filler(app, source)
  const files = valueFiles(app, source, folder, filled)
  const fileParameters = mapsAt(helm, 'fileParameters').map((parameter) => {
    const place = placeOf(app, folder, textAt(parameter, 'path'), filled)
    return { key: textAt(parameter, 'name'), ...place }
  })
  const convention = files.paths.map((path) => environmentByValues(nameOf(path))).find((each) => each !== null)
  const environment = environmentFor(found, app.cluster, convention ?? environmentByFolder(folder))
  if (tree.stat(child(folder, 'Chart.yaml')) !== 'file')
    return unjudgedPart(found, `there is no chart in ${textAt(source, 'path')}`, environment)
  const inline = isMap(helm['valuesObject']) ? JSON.stringify(helm['valuesObject']) : textAt(helm, 'values')
  const parameters = mapsAt(helm, 'parameters').map((parameter) => ({
    isText: isSet(parameter, 'forceString'),
    text: `${textAt(parameter, 'name')}=${escaped(filled(textAt(parameter, 'value')))}`,
  }))
  const own = textAt(helm, 'namespace') || namespace
  return {
    ...NO_PART,
    charts: [
      {
        folder,
        render: {
          environment,
          values: files.paths,
          releaseName: textAt(helm, 'releaseName') || app.name,
          namespace: own === '' ? null : own,
          kubeVersion: textAt(helm, 'kubeVersion') || null,
          apiVersions: textsAt(helm, 'apiVersions'),
          deployed: {
            by: found.by,
            values: inline === '' ? [] : [{ name: found.by.file, text: inline }],
            set: parameters.filter(({ isText }) => !isText).map(({ text }) => text),
            setString: parameters.filter(({ isText }) => isText).map(({ text }) => text),
            setFile: fileParameters.flatMap(({ key, path }) => (path === null ? [] : [{ key, file: path }])),
            ownValues: true,
            crds: !isSet(helm, 'skipCrds'),
            tests: !isSet(helm, 'skipTests'),
            postRenderers: [],
            metadata: null,
          },
        },
      },
    ],
    unjudged: [...files.problems, ...fileParameters.flatMap(({ problem }) => problem ?? [])].map((reason) =>
      unjudgedOf(found, reason, environment),
    ),
  }
}

/** Argo CD keeps a comma from dividing a value, unless it is a list in braces. */
const escaped = (value: string): string =>
  value.startsWith('{') && value.endsWith('}') ? value : value.replace(/(?<=[^\\]),/g, '\\,')

const isGlob = (path: string): boolean => /[*?[{]/.test(path)

/** A file that a glob finds stands where it is named itself, if it is. */
function valueFiles(app: Application, source: JsonObject, folder: string, filled: (text: string) => string) {
  const { tree } = app.around
  const helm = mapAt(source, 'helm')
  const mayBeMissing = isSet(helm, 'ignoreMissingValueFiles')
  const places = textsAt(helm, 'valueFiles').map((text) => ({ text, ...placeOf(app, folder, text, filled) }))
  const explicit = new Set(places.flatMap(({ path }) => (path === null || isGlob(path) ? [] : [path])))
  const problems = places.flatMap(({ problem }) => problem ?? [])
  const found = places.flatMap(({ text, path }): readonly string[] => {
    if (path === null) return []
    if (!isGlob(path)) return mayBeMissing && tree.stat(path) === null ? [] : [path]
    const start = path
      .slice(0, path.search(/[*?[{]/))
      .replace(/[^/]*$/, '')
      .replace(/\/$/, '')
    const matches = picomatch(path, { dot: true })
    const files = filesBelow(tree, start, true).filter((file) => matches(file))
    if (files.length === 0 && !mayBeMissing) problems.push(`there are no values files ${text}`)
    return files.filter((file) => !explicit.has(file)).sort()
  })
  return { paths: [...new Set(found)], problems }
}

/** Where a file of values lies: beside the chart, from the root, or in a source that lends its files. */
function placeOf(
  { around, lenders }: Application,
  folder: string,
  text: string,
  filled: (text: string) => string,
): { readonly path: string | null; readonly problem: string | null } {
  const refused = (problem: string) => ({ path: null, problem })
  const lender = text.startsWith('$') ? lenders.get(text.split('/')[0] ?? '') : undefined
  if (lender !== undefined) {
    const path = resolvePath('', filled(text.slice(text.indexOf('/') + 1)))
    const [url, revision] = [textAt(lender, 'repoURL'), textAt(lender, 'targetRevision')]
    const away = path === null ? 'it leaves the repository' : notHere(around, url, revision, '')
    return away === null ? { path, problem: null } : refused(`its file ${text} is of ${url}, and ${away}`)
  }
  const wanted = filled(text)
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(wanted)) return refused(`its file ${text} is not in this repository`)
  const path = wanted.startsWith('/') ? resolvePath('', wanted) : resolvePath(folder, wanted)
  return path === null ? refused(`its file ${text} leaves the repository`) : { path, problem: null }
}
