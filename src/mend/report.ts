/** The report with the fixes of its findings. */
import { fingerprintOf } from '../decide/fingerprint.js'
import type { Finding } from '../model.js'
import { groupBy } from '../decide/group.js'
import { maskSecrets } from '../report/mask.js'
import type { FileFix, Patch, Report, Verdict } from '../report/report.js'
import { mend, type Fix as MendFix, type Mended, type Patient } from './mend.js'
import { patchesOf, type Mending } from './patches.js'
import { textOf } from './remedy.js'

/** Its policy knows a mechanical remedy, and nobody accepted it. */
export const isMendable = ({ remedy, status }: Verdict): boolean => remedy !== null && status !== 'waived'

export interface MendedReport extends Pick<Mended, 'texts' | 'isUnfinished'> {
  readonly report: Report
  /** By file, then line. */
  readonly patches: readonly Patch[]
}

/** Looks for fixes of the verdicts that are wanted. `shown`: tree path → path relative to the working directory. */
export async function mendReport(
  report: Report,
  isWanted: (verdict: Verdict) => boolean,
  patient: Omit<Patient, 'isWanted'> & { readonly shown: (file: string) => string },
): Promise<MendedReport> {
  const { shown, tree } = patient
  const keyOf = (finding: Finding): string =>
    JSON.stringify([fingerprintOf(finding), shown(finding.resource.origin.source)])
  const verdictKey = ({ fingerprint, source }: Verdict): string => JSON.stringify([fingerprint, source])
  const wanted = new Set(report.findings.filter(isWanted).map(verdictKey))
  if (wanted.size === 0) return { report, patches: [], texts: new Map(), isUnfinished: false }
  const { texts, fixes, isUnfinished } = await mend({ ...patient, isWanted: (finding) => wanted.has(keyOf(finding)) })
  const all = patient.head.flatMap((judgement) => judgement.findings)
  const byKey = new Map(
    [...groupBy(all, keyOf)].map(([key, same]) => [key, fixOf(same.map((finding) => fixes.get(finding)))]),
  )
  const findings = report.findings.map((verdict) => {
    const fix = byKey.get(verdictKey(verdict)) ?? null
    return fix === null
      ? { ...verdict, fix }
      : { ...verdict, fix: { ...presented(fix, shown), also: fix.also.map((each) => presented(each, shown)) } }
  })
  const verdicts = new Map(findings.map((verdict) => [verdictKey(verdict), verdict]))
  const patches = [...texts].sort(byName).flatMap(([file, text]) => {
    const mendings = [...fixes].flatMap(([finding, { file: of, edits }]): readonly Mending[] => {
      const verdict = verdicts.get(keyOf(finding))
      return of === file && verdict !== undefined ? [{ edits, verdict }] : []
    })
    return patchesOf(shown(file), textOf(tree, file) ?? '', text, mendings)
  })
  return { report: { ...report, findings }, patches, texts, isUnfinished }
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
