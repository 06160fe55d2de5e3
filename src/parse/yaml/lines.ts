export interface LineRange {
  /** 1-based, in the text. */
  readonly line: number
  readonly column: number
  readonly endLine: number
  /** One past the last character. */
  readonly endColumn: number
}

/** Offsets to lines. Breaks are LF, CR and CRLF, as in YAML. */
export class Lines {
  private readonly starts: number[] = [0]

  constructor(text: string) {
    if (!text.includes('\r')) {
      for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1)
      return
    }
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)) this.starts.push(at + 1)
    }
  }

  /** 1-based. */
  at(offset: number): { line: number; column: number } {
    let low = 0
    let high = this.starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (this.starts[low] ?? 0) + 1 }
  }

  range(start: number, end: number): LineRange {
    const from = this.at(start)
    const to = this.at(end)
    return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column }
  }
}
