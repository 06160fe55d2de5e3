// Chance that can be had again: everything generated comes from one seed.

/** Numbers from [0, 1), always the same for a seed (sfc32, seeded by splitmix32). */
export function randomOf(seed) {
  let state = seed >>> 0
  const next32 = () => {
    state = (state + 0x9e3779b9) | 0
    let t = state ^ (state >>> 16)
    t = Math.imul(t, 0x21f0aaad)
    t ^= t >>> 15
    t = Math.imul(t, 0x735a2d97)
    return (t ^ (t >>> 15)) >>> 0
  }
  let [a, b, c, d] = [next32(), next32(), next32(), 1]
  const float = () => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return (t >>> 0) / 2 ** 32
  }
  const int = (below) => Math.floor(float() * below)
  const chance = (probability) => float() < probability
  const pick = (list) => list[int(list.length)]
  /** Up to `most` of what `make` makes. */
  const list = (most, make) => Array.from({ length: int(most + 1) }, make)
  /** One of the makers, by weight: `[[3, make], [1, make]]`. */
  const weighted = (makers) => {
    let at = float() * makers.reduce((sum, [weight]) => sum + weight, 0)
    return (makers.find(([weight]) => (at -= weight) < 0) ?? makers[0])[1]()
  }
  return { float, int, chance, pick, list, weighted }
}
