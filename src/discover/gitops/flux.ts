/**
 * What Flux deploys: Kustomizations as kustomize-controller builds them, HelmReleases as helm-controller installs them.
 * https://fluxcd.io/flux/components/kustomize/kustomizations/, https://fluxcd.io/flux/components/helm/helmreleases/
 */
import type { CommonMetadata, JsonObject, Substitution, Tree } from '../../model.js'
import { isMap, isSame, valueAt } from '../../parse/json.js'
import { environmentByFolder } from '../environment.js'
import { kustomizationOf } from '../kustomization.js'
import { resolvePath } from '../path.js'
import { isSet, mapAt, mapsAt, textAt, textMapAt, textsAt } from './fields.js'
import { fluxIgnore } from './ignore.js'
import { child, kustomizationIn, withFlux } from './kustomize.js'
import type { Found } from './objects.js'
import {
  elsewhere,
  environmentFor,
  IN_CHARTS,
  NO_PART,
  notHere,
  unjudgedOf,
  unjudgedPart,
  unread,
  type Part,
  type Surroundings,
} from './part.js'

export const FLUX = {
  kustomization: 'kustomize.toolkit.fluxcd.io/Kustomization',
  release: 'helm.toolkit.fluxcd.io/HelmRelease',
} as const

/** Those that change what is built, and those that do not. */
const KUSTOMIZATION_FIELDS: ReadonlySet<string> = new Set([
  ...['path', 'sourceRef', 'targetNamespace', 'namePrefix', 'nameSuffix', 'patches', 'patchesStrategicMerge'],
  ...[
    'patchesJson6902',
    'images',
    'components',
    'ignoreMissingComponents',
    'commonMetadata',
    'postBuild',
    'kubeConfig',
  ],
  ...[
    'buildMetadata',
    'decryption',
    'deletionPolicy',
    'dependsOn',
    'force',
    'healthChecks',
    'healthCheckExprs',
    'interval',
  ],
  ...['prune', 'retryInterval', 'serviceAccountName', 'suspend', 'timeout', 'validation', 'wait'],
])

export function followKustomization(found: Found, around: Surroundings): Part {
  const spec = mapAt(found.value, 'spec')
  const path = textAt(spec, 'path')
  const source = sourceOf(found, mapAt(spec, 'sourceRef'), around)
  const folder = resolvePath(source.root, path)
  const what = `${path === '' ? 'everything' : path} of ${source.name}`
  if (folder === null) return unjudgedPart(found, `its path ${path} leaves the repository`)
  const away = source.away(folder)
  if (away !== null) return elsewhere(found, what, away)
  const { tree } = around
  if (tree.stat(folder) !== 'directory') return unjudgedPart(found, `there is no folder ${path}`)
  const environment = environmentFor(found, clusterOf(spec), environmentByFolder(folder))
  const there = kustomizationIn(tree, folder)
  const { file, fields, problems } = withFlux(tree, folder, there ?? generated(tree, folder, source.ignore), spec)
  const isThere = there !== null && isSame(fields, there.fields)
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
            namespace: null,
            edit: isThere ? null : { file, text: JSON.stringify(fields) },
            substitution: substitutionOf(found, spec, around),
            metadata: metadataOf(spec),
          },
        },
        content: kustomizationOf(tree, file, fields),
      },
    ],
    unjudged: [
      ...[...problems, ...source.problems].map((reason) => unjudgedOf(found, reason, environment)),
      ...unread(found, spec, KUSTOMIZATION_FIELDS, environment),
    ],
  }
}

/** A folder without a kustomization: all manifests below it, and the folders that have one. */
function generated(tree: Tree, folder: string, isIgnored: (path: string, isFolder: boolean) => boolean) {
  const resources: string[] = []
  const visit = (at: string, below: string): void => {
    for (const { name, kind } of tree.list(at) ?? []) {
      const path = child(at, name)
      const relative = child(below, name)
      if (isIgnored(path, kind === 'directory')) continue
      if (kind === 'file') {
        if (/\.ya?ml$/.test(name)) resources.push(`./${relative}`)
      } else if (kustomizationIn(tree, path) !== null) resources.push(`./${relative}`)
      else visit(path, relative)
    }
  }
  visit(folder, '')
  return {
    file: child(folder, 'kustomization.yaml'),
    fields: { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources },
  }
}

/** null where nothing is filled in. Later references win over earlier ones, what the Kustomization itself says over all. */
function substitutionOf(found: Found, spec: JsonObject, { objects }: Surroundings): Substitution | null {
  if (!isMap(spec['postBuild'])) return null
  const values: Record<string, string> = {}
  const unseen: string[] = []
  for (const reference of mapsAt(spec, 'postBuild', 'substituteFrom')) {
    const [kind, name] = [textAt(reference, 'kind'), textAt(reference, 'name')]
    const object = objects.find(`/${kind}`, name, found.namespace, found.origin.environment)
    const data = object === null ? null : dataOf(object)
    if (data === null) unseen.push(`${kind}/${name}`)
    else for (const [key, text] of Object.entries(data)) values[key] = text.replaceAll('\n', '')
  }
  for (const [key, text] of Object.entries(textMapAt(spec, 'postBuild', 'substitute')))
    values[key] = text.replaceAll('\n', '')
  const isAlways = textAt(spec, 'postBuild', 'substituteStrategy') === 'Always'
  const isAny = Object.keys(values).length > 0 || unseen.length > 0 || isAlways
  return isAny ? { values, elsewhere: unseen } : null
}

/** The data of a ConfigMap or Secret; null where it is encrypted. */
function dataOf({ kind, value }: Found): { readonly [key: string]: string } | null {
  if (kind === 'ConfigMap') return textMapAt(value, 'data')
  if (isMap(value['sops'])) return null
  const data = Object.entries(textMapAt(value, 'data')).map(([key, text]): [string, string] => [key, fromBase64(text)])
  return { ...Object.fromEntries(data), ...textMapAt(value, 'stringData') }
}

function fromBase64(text: string): string {
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text)) return text
  return new TextDecoder().decode(Uint8Array.from(atob(text.replace(/\s/g, '')), (c) => c.charCodeAt(0)))
}

const metadataOf = (spec: JsonObject): CommonMetadata | null =>
  isMap(spec['commonMetadata'])
    ? {
        labels: textMapAt(spec, 'commonMetadata', 'labels'),
        annotations: textMapAt(spec, 'commonMetadata', 'annotations'),
      }
    : null

/** The cluster that a kubeconfig leads to, by the name of what holds it; '' for the one that Flux runs in. */
const clusterOf = (spec: JsonObject): string =>
  textAt(spec, 'kubeConfig', 'secretRef', 'name') || textAt(spec, 'kubeConfig', 'configMapRef', 'name')

/* --------------------------------------------------------------- sources */

interface SourceHere {
  /** `GitRepository flux-system`. */
  readonly name: string
  /** The tree path that its paths begin at. */
  readonly root: string
  /** Why a tree path of it is not to be followed; null: it is. */
  readonly away: (path: string) => string | null
  readonly ignore: (path: string, isFolder: boolean) => boolean
  readonly problems: readonly string[]
}

/** What a `sourceRef` means. One that is declared nowhere here is taken for this repository where it has the path. */
function sourceOf(found: Found, ref: JsonObject, around: Surroundings): SourceHere {
  const [kind, name] = [textAt(ref, 'kind'), textAt(ref, 'name')]
  const composed = kind === 'ExternalArtifact' ? composedOf(found, name, around) : null
  if (composed !== null) return composed
  const namespace = textAt(ref, 'namespace') || found.namespace
  const declared = around.objects.find(`source.toolkit.fluxcd.io/${kind}`, name, namespace, found.origin.environment)
  const spec = mapAt(declared?.value, 'spec')
  const isGit = kind === 'GitRepository'
  const url = textAt(spec, 'url')
  return {
    name: url === '' ? `${kind} ${name}` : `${kind} ${name} (${url})`,
    root: '',
    ignore: fluxIgnore(around.tree, textAt(spec, 'ignore')),
    problems: isGit && mapsAt(spec, 'include').length > 0 ? [`${kind} ${name} includes other repositories`] : [],
    away: (path) => {
      if (!isGit) return kind === 'HelmRepository' ? IN_CHARTS : `what is in a ${kind} is not of this repository`
      if (declared !== null) return notHere(around, url, revisionOf(spec), path)
      const glob = around.ignored(path)
      if (around.tree.stat(path) === null) return `${kind} ${name} is not declared here`
      return glob === null ? null : `the configuration ignores ${glob}`
    },
  }
}

const GENERATOR = 'source.extensions.fluxcd.io/ArtifactGenerator'

/**
 * An artifact that an ArtifactGenerator copies out of one repository; null where there is none. Folders that keep their
 * place to each other are one root of that repository.
 */
function composedOf(found: Found, name: string, around: Surroundings): SourceHere | null {
  const generators = around.objects
    .of(new Set([GENERATOR]))
    .filter(({ origin }) => [null, found.origin.environment.name].includes(origin.environment.name))
  for (const generator of generators) {
    const spec = mapAt(generator.value, 'spec')
    const artifact = mapsAt(spec, 'artifacts').find((each) => textAt(each, 'name') === name)
    if (artifact === undefined) continue
    const rules = mapsAt(artifact, 'copy').map((rule) => ({
      from: /^@([^/]+)\/(?:(.*)\/)?\*\*$/.exec(textAt(rule, 'from')),
      to: textAt(rule, 'to')
        .replace(/^@artifact\/?/, '')
        .replace(/\/$/, ''),
    }))
    const aliases = new Set(rules.map(({ from }) => from?.[1]))
    const roots = new Set(rules.map(({ from, to }) => rootFor(from?.[2] ?? '', to)))
    const [alias, root] = [[...aliases][0], [...roots][0]]
    const ref = mapsAt(spec, 'sources').find((each) => textAt(each, 'alias') === alias)
    if (ref === undefined) return null
    const whole = sourceOf(generator, ref, around)
    if (aliases.size > 1 || roots.size > 1 || typeof root !== 'string')
      return { ...whole, problems: [`ExternalArtifact ${name} is put together in a way that is not followed here`] }
    return { ...whole, name: `ExternalArtifact ${name} of ${whole.name}`, root }
  }
  return null
}

/** What of the way to a folder is left in front, once its end is where it goes to; null: that is no end of it. */
function rootFor(from: string, to: string): string | null {
  if (to === '') return from
  if (from === to) return ''
  return from.endsWith(`/${to}`) ? from.slice(0, -to.length - 1) : null
}

/** What counts of a GitRepository's `ref`: https://fluxcd.io/flux/components/source/gitrepositories/#reference */
function revisionOf(spec: JsonObject): string {
  const ref = mapAt(spec, 'ref')
  const first = ['commit', 'name', 'semver', 'tag', 'branch'].map((key) => textAt(ref, key)).find((text) => text !== '')
  return first ?? 'master'
}

/* -------------------------------------------------------------- releases */

const RELEASE_FIELDS: ReadonlySet<string> = new Set([
  ...[
    'chart',
    'chartRef',
    'values',
    'valuesFrom',
    'releaseName',
    'targetNamespace',
    'storageNamespace',
    'postRenderers',
  ],
  ...['install', 'commonMetadata', 'kubeConfig', 'dependsOn', 'driftDetection', 'healthCheckExprs', 'interval'],
  ...['maxHistory', 'persistentClient', 'rollback', 'serviceAccountName', 'suspend', 'test', 'timeout', 'uninstall'],
  ...['upgrade', 'waitStrategy'],
])

export function followRelease(found: Found, around: Surroundings): Part {
  const { tree } = around
  const spec = mapAt(found.value, 'spec')
  const chart = chartOf(found, spec, around)
  if (chart === null) return unjudgedPart(found, 'it names no chart')
  const source = sourceOf(found, chart.sourceRef, around)
  const folder = resolvePath(source.root, chart.name)
  const what = `chart ${chart.name === '' ? '' : `${chart.name} of `}${source.name}`
  if (folder === null) return unjudgedPart(found, `its chart ${chart.name} leaves the repository`)
  const away = source.away(folder)
  if (away !== null) return elsewhere(found, what, away)
  const environment = environmentFor(found, clusterOf(spec), environmentByFolder(folder))
  if (tree.stat(child(folder, 'Chart.yaml')) !== 'file')
    return unjudgedPart(found, `there is no chart in ${chart.name}`, environment)
  // Paths of values files begin at the root of the repository; they take the place of the chart's own values.
  const named = chart.valuesFiles.flatMap((path) => resolvePath(source.root, path) ?? [])
  const files = chart.ignoreMissing ? named.filter((path) => tree.stat(path) === 'file') : named
  const own = child(folder, 'values.yaml')
  const given = valuesFrom(found, spec, around)
  const inline = spec['values']
  const isNamespaced = textAt(spec, 'targetNamespace') !== ''
  const namespace = textAt(spec, 'targetNamespace') || found.namespace
  const postRenderers = mapsAt(spec, 'postRenderers').map((each) => mapAt(each, 'kustomize'))
  return {
    ...NO_PART,
    charts: [
      {
        folder,
        render: {
          environment,
          values: files[0] === own ? files.slice(1) : files,
          releaseName: releaseNameOf(found, spec, isNamespaced),
          namespace: namespace === '' ? null : namespace,
          kubeVersion: null,
          apiVersions: [],
          deployed: {
            by: found.by,
            values: [
              ...given.values,
              ...(isMap(inline) ? [{ name: found.by.file, text: JSON.stringify(inline) }] : []),
            ],
            set: given.set,
            setString: given.setString,
            setFile: [],
            ownValues: files.length === 0 || files[0] === own,
            crds: textAt(spec, 'install', 'crds') !== 'Skip' && !isSet(spec, 'install', 'skipCRDs'),
            tests: true,
            postRenderers: postRenderers.filter((each) => Object.keys(each).length > 0),
            metadata: metadataOf(spec),
          },
        },
      },
    ],
    unjudged: [
      ...[...given.problems, ...source.problems].map((reason) => unjudgedOf(found, reason, environment)),
      ...unread(found, spec, RELEASE_FIELDS, environment),
      ...postRenderers.flatMap((each) => unread(found, each, POST_RENDERER_FIELDS, environment)),
    ],
  }
}

const POST_RENDERER_FIELDS: ReadonlySet<string> = new Set(['patches', 'images'])

interface ChartOfRelease {
  readonly name: string
  readonly sourceRef: JsonObject
  readonly valuesFiles: readonly string[]
  readonly ignoreMissing: boolean
}

/** The template in the release, or the HelmChart or other source that it refers to. */
function chartOf(found: Found, spec: JsonObject, { objects }: Surroundings): ChartOfRelease | null {
  const ref = mapAt(spec, 'chartRef')
  const namespace = textAt(ref, 'namespace') || found.namespace
  const declared =
    textAt(ref, 'kind') === 'HelmChart'
      ? objects.find('source.toolkit.fluxcd.io/HelmChart', textAt(ref, 'name'), namespace, found.origin.environment)
      : null
  if (textAt(ref, 'name') !== '' && declared === null)
    return { name: '', sourceRef: ref, valuesFiles: [], ignoreMissing: false }
  const chart = declared === null ? mapAt(spec, 'chart', 'spec') : mapAt(declared.value, 'spec')
  const name = textAt(chart, 'chart')
  if (name === '') return null
  const old = textAt(chart, 'valuesFile')
  return {
    name,
    sourceRef: { namespace, ...mapAt(chart, 'sourceRef') },
    valuesFiles: old === '' ? textsAt(chart, 'valuesFiles') : [old, ...textsAt(chart, 'valuesFiles')],
    ignoreMissing: isSet(chart, 'ignoreMissingValuesFiles'),
  }
}

/** https://github.com/fluxcd/pkg, chartutil/values.go: what the release itself says wins over all references. */
function valuesFrom(found: Found, spec: JsonObject, { objects }: Surroundings) {
  const values: { readonly name: string; readonly text: string }[] = []
  const [set, setString, problems]: [string[], string[], string[]] = [[], [], []]
  for (const reference of mapsAt(spec, 'valuesFrom')) {
    const [kind, name] = [textAt(reference, 'kind'), textAt(reference, 'name')]
    const key = textAt(reference, 'valuesKey') || 'values.yaml'
    const object = objects.find(`/${kind}`, name, found.namespace, found.origin.environment)
    const data = object === null ? null : dataOf(object)
    const text = data?.[key]
    if (object === null || data === null || text === undefined) {
      const why = object === null ? 'is not in this repository' : data === null ? 'is encrypted' : `has no ${key}`
      problems.push(`${kind} ${name}, which it takes values from, ${why}: the chart is judged without them`)
      continue
    }
    const path = textAt(reference, 'targetPath')
    if (path === '') values.push({ name: object.by.file, text })
    else if (valueAt(spec['values'], path.split('.')) === undefined) {
      const quoted = /^(['"])[\s\S]*\1$/.exec(text)
      if (isSet(reference, 'literal')) setString.push(`${path}=${escapedForSet(text)}`)
      else if (quoted !== null) setString.push(`${path}=${text.replace(/^['"]+|['"]+$/g, '')}`)
      else set.push(`${path}=${text}`)
    }
  }
  return { values, set, setString, problems }
}

/** A text that `--set-string` takes as it is. */
const escapedForSet = (text: string): string => text.replace(/[\\,[\]{}]/g, '\\$&')

/** As helm-controller calls a release; the digest that it puts behind one of more than 53 characters is left out. */
function releaseNameOf({ name }: Found, spec: JsonObject, isNamespaced: boolean): string {
  const stated = textAt(spec, 'releaseName')
  if (stated !== '') return stated
  const composed = isNamespaced ? `${textAt(spec, 'targetNamespace')}-${name}` : name
  return composed.length > 53 ? composed.slice(0, 40) : composed
}
