/** The report with the fixes of its findings. */
import { fingerprintOf } from '../decide/fingerprint.js'
import type { Finding } from '../model.js'
import { groupBy } from '../decide/group.js'
import { maskSecrets } from '../report/mask.js'
import type { FileFix, Patch, Report, Verdict } from '../report/report.js'
import { rankOf } from '../report/words.js'
import { mend, type Fix as MendFix, type Mended, type Patient } from './mend.js'
import { patchesOf, type Mending } from './patches.js'
import { textOf } from './remedy.js'

/** Its policy knows a mechanical remedy, and nobody accepted it. */
export const isMendable = ({ remedy, status }: Verdict): boolean => remedy !== null && status !== 'waived'

/** Which findings are to be mended. */
export interface Wanted {
  readonly isWanted: (verdict: Verdict) => boolean
  /** How many of them, the gravest first; absent: all. */
  readonly most?: number
  /** How many milliseconds may be spent on it; absent: as many as it takes. */
  readonly withinMs?: number
}

export interface MendedReport extends Pick<Mended, 'texts' | 'isUnfinished'> {
  readonly report: Report
  /** By file, then line. */
  readonly patches: () => readonly Patch[]
}

/** Looks for fixes of the verdicts that are wanted. `shown`: tree path → path relative to the working directory. */
export async function mendReport(
  report: Report,
  { isWanted, most = Infinity }: Wanted,
  patient: Omit<Patient, 'isWanted'> & { readonly shown: (file: string) => string },
): Promise<MendedReport> {
  const { shown, tree } = patient
  const keyOf = (finding: Finding): string =>
    JSON.stringify([fingerprintOf(finding), shown(finding.resource.origin.source)])
  const verdictKey = ({ fingerprint, source }: Verdict): string => JSON.stringify([fingerprint, source])
  const all = report.findings.filter(isWanted).toSorted((a, b) => rankOf(a.severity) - rankOf(b.severity))
  if (all.length === 0) return { report, patches: () => [], texts: new Map(), isUnfinished: false }
  const wanted = new Set(all.slice(0, most).map(verdictKey))
  const { texts, fixes, isUnfinished } = await mend({ ...patient, isWanted: (finding) => wanted.has(keyOf(finding)) })
  const found = patient.head.flatMap((judgement) => judgement.findings)
  const byKey = new Map(
    [...groupBy(found, keyOf)].map(([key, same]) => [key, fixOf(same.map((finding) => fixes.get(finding)))]),
  )
  const findings = report.findings.map((verdict) => {
    const fix = byKey.get(verdictKey(verdict)) ?? null
    return fix === null
      ? { ...verdict, fix }
      : { ...verdict, fix: { ...presented(fix, shown), also: fix.also.map((each) => presented(each, shown)) } }
  })
  const verdicts = new Map(findings.map((verdict) => [verdictKey(verdict), verdict]))
  const patches = (): readonly Patch[] =>
    [...texts].sort(byName).flatMap(([file, text]) => {
      const mendings = [...fixes].flatMap(([finding, { file: of, edits }]): readonly Mending[] => {
        const verdict = verdicts.get(keyOf(finding))
        return of === file && verdict !== undefined ? [{ edits, verdict }] : []
      })
      return patchesOf(shown(file), textOf(tree, file) ?? '', text, mendings)
    })
  return { report: { ...report, findings }, patches, texts, isUnfinished: isUnfinished || all.length > most }
}

const byName = ([a]: readonly [string, string], [b]: readonly [string, string]): number => (a < b ? -1 : 1)

/** What mends a finding in all of its environments; null where one of them stays as it is. */
function fixOf([first, ...others]: readonly (MendFix | undefined)[]): (MendFix & { also: readonly MendFix[] }) | null {
  if (first === undefined || others.includes(undefined)) return null
  const distinct = new Map([first, ...(others as readonly MendFix[])].map((fix) => [JSON.stringify(fix), fix]))
  return { ...first, also: [...distinct.values()].slice(1) }
}

const presented = ({ file, edits, lines }: MendFix, shown: (file: string) => string): FileFix => ({
  file: shown(file),
  edits,
  lines: lines.map((line) => `${line.slice(0, 1)}${maskSecrets([line.slice(1).trimEnd()]).join('')}`),
})
