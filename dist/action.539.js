export const id = 539;
export const ids = [539];
export const modules = {

/***/ 6539:
/***/ (function(__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  createRego: () => (/* binding */ createRego)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:url"
var external_node_url_ = __webpack_require__(3136);
// EXTERNAL MODULE: external "node:worker_threads"
var external_node_worker_threads_ = __webpack_require__(5919);
// EXTERNAL MODULE: ./build/src/custom/custom.js
var custom = __webpack_require__(9930);
;// CONCATENATED MODULE: ./build/src/rego/handed-over.js
/**
 * The builtins that OPA compiles into WebAssembly and that are taken from there, because they do not give what OPA gives
 * (conformance/rego/builtins.mjs shows it). `symbol` is their function in OPA's C.
 */ const of = (name, symbol, operands)=>({
        name,
        symbol,
        operands
    });
const HANDED_OVER = [
    of('plus', 'opa_arith_plus', 2),
    of('minus', 'opa_arith_minus', 2),
    of('mul', 'opa_arith_multiply', 2),
    of('div', 'opa_arith_divide', 2),
    of('rem', 'opa_arith_rem', 2),
    of('abs', 'opa_arith_abs', 1),
    of('round', 'opa_arith_round', 1),
    of('ceil', 'opa_arith_ceil', 1),
    of('floor', 'opa_arith_floor', 1),
    of('sum', 'opa_agg_sum', 1),
    of('product', 'opa_agg_product', 1),
    of('bits.or', 'opa_bits_or', 2),
    of('bits.and', 'opa_bits_and', 2),
    of('bits.xor', 'opa_bits_xor', 2),
    of('bits.negate', 'opa_bits_negate', 1),
    of('bits.lsh', 'opa_bits_shiftleft', 2),
    of('bits.rsh', 'opa_bits_shiftright', 2),
    of('format_int', 'opa_strings_format_int', 2),
    of('to_number', 'opa_to_number', 1),
    of('array.slice', 'opa_array_slice', 3),
    of('concat', 'opa_strings_concat', 2),
    of('indexof', 'opa_strings_indexof', 2),
    of('substring', 'opa_strings_substring', 3),
    of('replace', 'opa_strings_replace', 3),
    of('strings.replace_n', 'opa_strings_replace_n', 2),
    of('internal.template_string', 'opa_template_string', 1),
    of('base64.decode', 'opa_base64_decode', 1),
    of('base64.is_valid', 'opa_base64_is_valid', 1),
    of('base64url.decode', 'opa_base64_url_decode', 1),
    of('json.marshal', 'opa_json_marshal', 1),
    of('json.unmarshal', 'opa_json_unmarshal', 1),
    of('json.is_valid', 'opa_json_is_valid', 1),
    of('json.remove', 'builtin_json_remove', 2),
    of('json.filter', 'builtin_json_filter', 2),
    of('object.union_n', 'builtin_object_union_n', 1),
    of('regex.match', 'opa_regex_match', 2),
    of('regex.is_valid', 'opa_regex_is_valid', 1),
    of('regex.find_all_string_submatch_n', 'opa_regex_find_all_string_submatch', 3),
    // `net.cidr_overlap` is the same.
    of('net.cidr_contains', 'opa_cidr_contains', 2),
    of('net.cidr_intersects', 'opa_cidr_intersects', 2)
];

;// CONCATENATED MODULE: ./build/src/rego/rebind.js
/**
 * OPA compiles most builtins into a policy's WebAssembly, from C that is not always what OPA itself does: `json.marshal`
 * and template strings keep no order of keys, `indexof` of an empty text is 0, numbers print otherwise, and some calls
 * that are undefined in OPA end the evaluation. Those are handed to the host instead: the body of such a function is
 * replaced by a call of the import `opa_builtinN`, which the module has for the builtins that it leaves to its host.
 *
 * The names of functions come from the module's name section.
 */ /** A builtin as OPA's C has it. */ /** Ids of builtins that were handed over begin here; the compiler's own count from 0. */ const FIRST_HANDED_OVER = 1_000_000;
const SECTIONS = {
    custom: 0,
    import: 2,
    code: 10
};
const IMPORT_KINDS = {
    function: 0,
    table: 1,
    memory: 2,
    global: 3
};
const FUNCTION_NAMES = 1;
const I32_CONST = 0x41;
const LOCAL_GET = 0x20;
const CALL = 0x10;
const END = 0x0b;
/** `handedOver`: the id of each is `FIRST_HANDED_OVER` and its position. What the module does not hold is left alone. */ function rebind(wasm, handedOver) {
    const sections = sectionsOf(wasm);
    const imported = importedFunctions(sections);
    const names = functionNames(sections);
    const bodies = new Map();
    for (const [i, { symbol, operands }] of handedOver.entries()){
        const at = names.get(symbol);
        const host = imported.indexOf(`opa_builtin${operands}`);
        if (at === undefined || at < imported.length) continue;
        if (host < 0) throw new Error('the module imports no builtins');
        bodies.set(at - imported.length, callOfHost(FIRST_HANDED_OVER + i, host, operands));
    }
    if (bodies.size === 0) return wasm.slice();
    return joined([
        wasm.subarray(0, 8),
        ...sections.map(({ id, content, whole })=>id === SECTIONS.code ? section(id, withBodies(content, bodies)) : whole)
    ]);
}
/** `(func (param i32 …) (result i32) (call $host (i32.const id) (i32.const 0) (local.get 0) …))` */ function callOfHost(id, host, operands) {
    const gets = Array.from({
        length: operands
    }, (_, i)=>[
            LOCAL_GET,
            i
        ]).flat();
    return Uint8Array.from([
        0,
        I32_CONST,
        ...signed(id),
        I32_CONST,
        0,
        ...gets,
        CALL,
        ...unsigned(host),
        END
    ]);
}
class Reader {
    bytes;
    at = 0;
    constructor(bytes){
        this.bytes = bytes;
    }
    get done() {
        return this.at >= this.bytes.length;
    }
    byte() {
        const byte = this.bytes[this.at++];
        if (byte === undefined) throw new Error('the module ends too early');
        return byte;
    }
    unsigned() {
        let value = 0;
        for(let shift = 0;; shift += 7){
            const byte = this.byte();
            value += (byte & 0x7f) * 2 ** shift;
            if (byte < 0x80) return value;
        }
    }
    take(length) {
        const taken = this.bytes.subarray(this.at, this.at + length);
        if (taken.length < length) throw new Error('the module ends too early');
        this.at += length;
        return taken;
    }
    text() {
        return new TextDecoder().decode(this.take(this.unsigned()));
    }
}
function sectionsOf(wasm) {
    const reader = new Reader(wasm);
    reader.take(8);
    const sections = [];
    while(!reader.done){
        const from = reader.at;
        const id = reader.byte();
        const content = reader.take(reader.unsigned());
        sections.push({
            id,
            content,
            whole: wasm.subarray(from, reader.at)
        });
    }
    return sections;
}
/** The names of imported functions, in the order of their indices. */ function importedFunctions(sections) {
    const content = sections.find(({ id })=>id === SECTIONS.import)?.content;
    if (content === undefined) return [];
    const reader = new Reader(content);
    const names = [];
    for(let left = reader.unsigned(); left > 0; left--){
        reader.text();
        const name = reader.text();
        const kind = reader.byte();
        if (kind === IMPORT_KINDS.function) {
            names.push(name);
            reader.unsigned();
        } else if (kind === IMPORT_KINDS.global) reader.take(2);
        else {
            if (kind === IMPORT_KINDS.table) reader.byte();
            const bounded = reader.byte();
            reader.unsigned();
            if ((bounded & 1) === 1) reader.unsigned();
        }
    }
    return names;
}
function functionNames(sections) {
    const names = new Map();
    for (const { content } of sections.filter(({ id })=>id === SECTIONS.custom)){
        const reader = new Reader(content);
        if (reader.text() !== 'name') continue;
        while(!reader.done){
            const kind = reader.byte();
            const part = new Reader(reader.take(reader.unsigned()));
            if (kind !== FUNCTION_NAMES) continue;
            for(let left = part.unsigned(); left > 0; left--){
                const index = part.unsigned();
                names.set(part.text(), index);
            }
        }
    }
    return names;
}
function withBodies(content, bodies) {
    const reader = new Reader(content);
    const count = reader.unsigned();
    const parts = [
        Uint8Array.from(unsigned(count))
    ];
    for(let i = 0; i < count; i++){
        const own = reader.take(reader.unsigned());
        const body = bodies.get(i) ?? own;
        parts.push(Uint8Array.from(unsigned(body.length)), body);
    }
    return joined(parts);
}
const section = (id, content)=>joined([
        Uint8Array.from([
            id,
            ...unsigned(content.length)
        ]),
        content
    ]);
function joined(parts) {
    const all = new Uint8Array(parts.reduce((sum, { length })=>sum + length, 0));
    let at = 0;
    for (const part of parts){
        all.set(part, at);
        at += part.length;
    }
    return all;
}
/** LEB128. */ function unsigned(value) {
    return value < 0x80 ? [
        value
    ] : [
        value & 0x7f | 0x80,
        ...unsigned(value >>> 7)
    ];
}
function signed(value) {
    const last = value >= -0x40 && value < 0x40;
    return last ? [
        value & 0x7f
    ] : [
        value & 0x7f | 0x80,
        ...signed(value >> 7)
    ];
}

;// CONCATENATED MODULE: ./build/src/rego/float.js
/** Go's strconv.FormatFloat, for finite numbers. */ /** A decimal number 0.`digits` × 10^`point`, without leading zeros. */ /** `verb` is one of e, E, f, g, G, b, x, X; `precision` -1 is the least that says which number it is. */ function formatFloat(value, verb, precision) {
    const sign = value < 0 || Object.is(value, -0) ? '-' : '';
    const size = Math.abs(value);
    if (verb === 'b') return sign + binary(size);
    if (verb === 'x' || verb === 'X') {
        const text = hexadecimal(size, precision);
        return sign + (verb === 'X' ? text.toUpperCase() : text);
    }
    return sign + decimal(size, verb, precision);
}
function decimal(size, verb, precision) {
    const lower = verb.toLowerCase();
    if (lower === 'f') return fixed(precision < 0 ? shortest(size) : rounded(size, (exact)=>exact.point + precision), precision);
    if (lower === 'e') {
        const digits = precision < 0 ? shortest(size) : rounded(size, ()=>precision + 1);
        return scientific(digits, precision < 0 ? Math.max(digits.digits.length - 1, 0) : precision, verb);
    }
    const significant = precision === 0 ? 1 : precision;
    return general(precision < 0 ? shortest(size) : rounded(size, ()=>significant), precision < 0 ? -1 : significant, verb);
}
/** `%g` of digits that are rounded already; `significant` -1: as many as there are. */ function general(digits, significant, verb) {
    // %e is used if its exponent is below -4, or not below the precision; where that is the shortest, 6 stands for it.
    let threshold = significant;
    if (threshold > digits.digits.length && digits.digits.length >= digits.point) threshold = digits.digits.length;
    if (significant < 0) threshold = 6;
    const exponent = digits.point - 1;
    if (exponent < -4 || exponent >= threshold) {
        const shown = Math.min(significant < 0 ? digits.digits.length : significant, Math.max(digits.digits.length, 1));
        return scientific(digits, shown - 1, verb === 'g' ? 'e' : 'E');
    }
    return fixed(digits, Math.max(digits.digits.length - digits.point, 0));
}
/** The fewest digits that are read back as the same number: what JavaScript prints too. */ function shortest(size) {
    if (size === 0) return {
        digits: '',
        point: 0
    };
    const [mantissa = '', exponent = '0'] = size.toExponential().split('e');
    return {
        digits: mantissa.replace('.', ''),
        point: Number(exponent) + 1
    };
}
/** The exact value, rounded half to even to `keep(exact)` digits; trailing zeros are dropped. */ function rounded(size, keep) {
    const exact = exactly(size);
    const wanted = keep(exact);
    if (wanted >= exact.digits.length) return exact;
    if (wanted < 0) return {
        digits: '',
        point: 0
    };
    const next = exact.digits.charCodeAt(wanted) - 48;
    const tie = next === 5 && /^0*$/.test(exact.digits.slice(wanted + 1));
    const odd = wanted > 0 && (exact.digits.charCodeAt(wanted - 1) - 48) % 2 === 1;
    const kept = exact.digits.slice(0, wanted);
    if (!(tie ? odd : next >= 5)) return trimmed({
        digits: kept,
        point: exact.point
    });
    const up = String(BigInt(`0${kept}`) + 1n).padStart(kept.length, '0');
    return trimmed({
        digits: up,
        point: exact.point + up.length - kept.length
    });
}
function trimmed({ digits, point }) {
    const text = digits.replace(/0+$/, '');
    return text === '' ? {
        digits: '',
        point: 0
    } : {
        digits: text,
        point
    };
}
/** Every number of 64 bits is a finite decimal. */ function exactly(size) {
    if (size === 0) return {
        digits: '',
        point: 0
    };
    const { mantissa, exponent } = parts(size);
    // m × 2^-k is m × 5^k × 10^-k.
    const scaled = exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(-exponent);
    const text = String(scaled);
    return trimmed({
        digits: text,
        point: text.length + Math.min(exponent, 0)
    });
}
function fixed({ digits, point }, precision) {
    const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
    const places = precision < 0 ? Math.max(digits.length - point, 0) : precision;
    if (places === 0) return whole;
    const after = point > 0 ? digits.slice(point) : '0'.repeat(-point) + digits;
    return `${whole}.${after.slice(0, places).padEnd(places, '0')}`;
}
function scientific({ digits, point }, places, verb) {
    const first = digits === '' ? '0' : digits[0];
    const rest = places > 0 ? `.${digits.slice(1, 1 + places).padEnd(places, '0')}` : '';
    return `${first}${rest}${verb}${float_signed(digits === '' ? 0 : point - 1)}`;
}
const float_signed = (exponent)=>`${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
/** `mantissa` × 2^`exponent`, as a number of 64 bits keeps them. */ function parts(size) {
    const bits = new DataView(new ArrayBuffer(8));
    bits.setFloat64(0, size);
    const all = bits.getBigUint64(0);
    const biased = Number(all >> 52n & 0x7ffn);
    const fraction = all & 0xfffffffffffffn;
    return biased === 0 ? {
        mantissa: fraction,
        exponent: -1074
    } : {
        mantissa: fraction | 1n << 52n,
        exponent: biased - 1075
    };
}
function binary(size) {
    const { mantissa, exponent } = parts(size);
    return `${mantissa}p${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`;
}
/** `0x1.8p+01`; with a precision so many digits behind the point, rounded half to even. */ function hexadecimal(size, precision) {
    let { mantissa, exponent } = parts(size);
    if (mantissa === 0n) exponent = -52;
    else {
        // Normal form: the leading one in bit 60.
        exponent -= 8;
        mantissa <<= 8n;
        while((mantissa & 1n << 60n) === 0n){
            mantissa <<= 1n;
            exponent--;
        }
    }
    if (mantissa !== 0n && precision >= 0 && precision < 15) {
        const shift = BigInt(60 - precision * 4);
        const extra = mantissa & (1n << shift) - 1n;
        mantissa >>= shift;
        const half = 1n << shift - 1n;
        if (extra > half || extra === half && (mantissa & 1n) === 1n) mantissa++;
        mantissa <<= shift;
        if ((mantissa & 1n << 61n) !== 0n) {
            mantissa >>= 1n;
            exponent++;
        }
    }
    const lead = mantissa === 0n ? '0' : '1';
    const all = (mantissa & (1n << 60n) - 1n).toString(16).padStart(15, '0');
    const digits = precision < 0 ? all.replace(/0+$/, '') : all.slice(0, precision).padEnd(precision, '0');
    return `0x${lead}${digits === '' ? '' : `.${digits}`}p${float_signed(mantissa === 0n ? 0 : exponent + 60)}`;
}

;// CONCATENATED MODULE: ./build/src/rego/bigfloat.js
/** Go's big.Float as OPA calculates with it: 64 bits of mantissa, rounded half to even after every operation. */ 
const PRECISION = 64;
const bitsOf = (value)=>value === 0n ? 0 : value.toString(2).length;
/** The nearest number to ±`above` ÷ `below` × 2^`exponent`. */ function nearest(negative, above, below, exponent, precision) {
    if (above === 0n) return {
        negative,
        mantissa: 0n,
        exponent: 0,
        precision
    };
    // Shifted so that the quotient has one bit more than needed, or two.
    const shift = precision + 2 - (bitsOf(above) - bitsOf(below));
    const [n, d] = shift >= 0 ? [
        above << BigInt(shift),
        below
    ] : [
        above,
        below << BigInt(-shift)
    ];
    const quotient = n / d;
    const extra = BigInt(bitsOf(quotient) - precision);
    const half = 1n << extra - 1n;
    const rest = quotient & (1n << extra) - 1n;
    let mantissa = quotient >> extra;
    const isAbove = rest > half || rest === half && (n % d !== 0n || (mantissa & 1n) === 1n);
    if (isAbove) mantissa++;
    return normal({
        negative,
        mantissa,
        exponent: exponent - shift + Number(extra),
        precision
    });
}
/** Without trailing zeros in the mantissa. */ function normal(float) {
    let { mantissa, exponent } = float;
    while(mantissa !== 0n && (mantissa & 1n) === 0n){
        mantissa >>= 1n;
        exponent++;
    }
    return {
        ...float,
        mantissa,
        exponent
    };
}
/** Throws on what is no decimal number. */ function parseFloat64(text) {
    const [, sign, whole = '', fraction = '', exponent = '0'] = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
    if (whole + fraction === '') throw new Error(`${text} is no number`);
    const places = Number(exponent) - fraction.length;
    const power = 10n ** BigInt(Math.abs(places));
    const digits = BigInt(whole + fraction);
    return nearest(sign === '-', places > 0 ? digits * power : digits, places < 0 ? power : 1n, 0, PRECISION);
}
/** Exact, with as many bits as it takes. */ function ofInteger(value) {
    const size = value < 0n ? -value : value;
    return normal({
        negative: value < 0n,
        mantissa: size,
        exponent: 0,
        precision: Math.max(bitsOf(size), PRECISION)
    });
}
const bigfloat_signed = ({ negative, mantissa })=>negative ? -mantissa : mantissa;
/** The precision of a sum that is not kept in one of its parts. */ const wider = (a, b)=>Math.max(a.precision, b.precision);
function add(a, b) {
    const exponent = Math.min(a.exponent, b.exponent);
    const at = (f)=>bigfloat_signed(f) << BigInt(f.exponent - exponent);
    const sum = at(a) + at(b);
    const zero = a.negative && b.negative;
    return nearest(sum === 0n ? zero : sum < 0n, sum < 0n ? -sum : sum, 1n, exponent, wider(a, b));
}
const negated = (a)=>({
        ...a,
        negative: !a.negative
    });
function multiply(a, b, precision = wider(a, b)) {
    return nearest(a.negative !== b.negative, a.mantissa * b.mantissa, 1n, a.exponent + b.exponent, precision);
}
/** `b` is not zero. */ function divide(a, b) {
    return nearest(a.negative !== b.negative, a.mantissa, b.mantissa, a.exponent - b.exponent, wider(a, b));
}
/** What is before the point. */ function truncate(float) {
    const { exponent } = float;
    const size = exponent >= 0 ? float.mantissa << BigInt(exponent) : float.mantissa >> BigInt(-exponent);
    return float.negative ? -size : size;
}
const isWhole = (float)=>float.mantissa === 0n || normal(float).exponent >= 0;
const equals = (a, b)=>add(a, negated(b)).mantissa === 0n;
/** OPA's FloatToNumber: whole numbers in full, others as %g. */ function printFloat(float) {
    const digits = bigfloat_shortest(float);
    const sign = float.negative ? '-' : '';
    return sign + (isWhole(float) ? fixed(digits, -1) : general(digits, -1, 'g'));
}
/** As the digits of 0.ddd × 10^point. */ function decimalOf(mantissa, exponent) {
    const whole = exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(-exponent);
    const text = String(whole);
    const digits = text.replace(/0+$/, '');
    return {
        digits,
        point: text.length + Math.min(exponent, 0)
    };
}
/** The shortest digits that lie nearer to this number than to its neighbours; after math/big/ftoa.go, roundShortest. */ function bigfloat_shortest({ mantissa, exponent, precision }) {
    if (mantissa === 0n) return {
        digits: '',
        point: 0
    };
    const shift = precision + 1 - bitsOf(mantissa);
    const wide = mantissa << BigInt(shift);
    const exact = decimalOf(wide, exponent - shift);
    const lower = decimalOf(wide - 1n, exponent - shift).digits;
    const upper = decimalOf(wide + 1n, exponent - shift).digits;
    const inclusive = (wide & 2n) === 0n;
    const digit = (digits, i)=>i < digits.length ? digits.charCodeAt(i) - 48 : 0;
    for(let i = 0; i < exact.digits.length; i++){
        const [m, l, u] = [
            digit(exact.digits, i),
            digit(lower, i),
            digit(upper, i)
        ];
        const down = l !== m || inclusive && i + 1 === lower.length;
        const up = m !== u && (inclusive || m + 1 < u || i + 1 < upper.length);
        if (down && up) return cut(exact, i + 1, roundsUp(exact.digits, i + 1));
        if (down || up) return cut(exact, i + 1, up);
    }
    return exact;
}
function roundsUp(digits, length) {
    if (length >= digits.length) return false;
    if (digits[length] === '5' && length + 1 === digits.length) return (digits.charCodeAt(length - 1) - 48) % 2 === 1;
    return digits[length] >= '5';
}
function cut({ digits, point }, length, up) {
    if (length >= digits.length) return {
        digits,
        point
    };
    const kept = digits.slice(0, length);
    const next = up ? String(BigInt(kept) + 1n).padStart(kept.length, '0') : kept;
    return {
        digits: next.replace(/0+$/, ''),
        point: point + next.length - kept.length
    };
}

;// CONCATENATED MODULE: ./build/src/rego/unicode.js
/** Go's notion of characters. */ /** unicode.IsPrint: letters, marks, numbers, punctuation, symbols, and the ASCII space. */ function isPrintable(character) {
    return character === ' ' || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character);
}
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', {
    ignoreBOM: true
});
const bytesOf = (text)=>encoder.encode(text);
/** What is not UTF-8 becomes U+FFFD, as where Go writes JSON. */ const textOf = (bytes)=>decoder.decode(bytes);

;// CONCATENATED MODULE: ./build/src/rego/value.js
/**
 * OPA's values. JSON is not enough: a set is no array, keys may be any value, and a number is the text that it was
 * written with (`1.0` and `1` are equal, and print differently). `parseValue` and `printValue` read and write the
 * notation that a policy's WebAssembly exchanges with its host (`opa_value_dump`, `opa_value_parse`).
 */ 
/** A number by its decimal notation, as of JSON. */ class RegoNumber {
    text;
    constructor(text){
        this.text = text;
    }
}
/** Members in OPA's order, each once. */ class RegoSet {
    members;
    constructor(members){
        this.members = unique([
            ...members
        ].sort(compare), compare);
    }
}
/** Entries in the order of their keys, each key once: the last one given. */ class RegoObject {
    entries;
    constructor(entries){
        const sorted = entries.map((entry, i)=>({
                entry,
                i
            })).sort((a, b)=>compare(a.entry[0], b.entry[0]) || b.i - a.i);
        this.entries = unique(sorted.map(({ entry })=>entry), (a, b)=>compare(a[0], b[0]));
    }
}
/** What a builtin says of operands that it cannot take. The call is then undefined, as in OPA. */ class BuiltinError extends Error {
}
/** Neighbours that are equal become the first of them. */ function unique(sorted, compared) {
    return sorted.filter((item, i)=>i === 0 || compared(sorted[i - 1], item) !== 0);
}
const isArray = (value)=>Array.isArray(value);
const numberOf = (value)=>new RegoNumber(String(value));
/** The value of a key; undefined where there is none. */ function get({ entries }, key) {
    let [low, high] = [
        0,
        entries.length
    ];
    while(low < high){
        const middle = low + high >> 1;
        if (compare(entries[middle][0], key) < 0) low = middle + 1;
        else high = middle;
    }
    const found = entries[low];
    return found !== undefined && compare(found[0], key) === 0 ? found[1] : undefined;
}
/** OPA's names of types, as `type_name` gives them. */ function typeName(value) {
    if (value === null) return 'null';
    if (typeof value !== 'object') return typeof value;
    if (value instanceof RegoNumber) return 'number';
    if (value instanceof RegoSet) return 'set';
    return value instanceof RegoObject ? 'object' : 'array';
}
const ORDER = {
    null: 0,
    boolean: 1,
    number: 2,
    string: 3,
    array: 4,
    object: 5,
    set: 6
};
/** OPA's total order: by type, then by content. */ function compare(a, b) {
    const byType = ORDER[typeName(a)] - ORDER[typeName(b)];
    if (byType !== 0 || a === null) return byType;
    if (typeof a === 'boolean') return Number(a) - Number(b);
    if (typeof a === 'string') return compareStrings(a, b);
    if (a instanceof RegoNumber) return compareNumbers(a.text, b.text);
    if (a instanceof RegoSet) return compareLists(a.members, b.members);
    if (a instanceof RegoObject) return compareObjects(a, b);
    return compareLists(a, b);
}
function compareLists(a, b) {
    for(let i = 0; i < a.length && i < b.length; i++){
        const difference = compare(a[i], b[i]);
        if (difference !== 0) return difference;
    }
    return a.length - b.length;
}
/** Key, then value, entry by entry. */ function compareObjects(a, b) {
    return compareLists(a.entries.flat(), b.entries.flat());
}
/** By code point, as Go compares bytes of UTF-8; JavaScript compares surrogates. */ function compareStrings(a, b) {
    if (a === b) return 0;
    for(let i = 0; i < a.length && i < b.length;){
        const [x, y] = [
            a.codePointAt(i),
            b.codePointAt(i)
        ];
        if (x !== y) return x < y ? -1 : 1;
        i += x > 0xffff ? 2 : 1;
    }
    return a.length < b.length ? -1 : 1;
}
function compareNumbers(a, b) {
    if (a === b) return 0;
    const [x, y] = [
        Number(a),
        Number(b)
    ];
    if (Number.isFinite(x) && Number.isFinite(y) && (x !== y || Number.isSafeInteger(x))) {
        if (x !== y) return x < y ? -1 : 1;
        if (isInteger(a) && isInteger(b)) return 0;
    }
    return compareDecimals(value_decimalOf(a), value_decimalOf(b));
}
/** Whether it is written as a whole number. */ const isInteger = (text)=>/^-?\d+$/.test(text);
function value_decimalOf(text) {
    const [, sign, whole = '', fraction = '', exponent = '0'] = /^(-?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
    return {
        digits: BigInt(`${whole}${fraction}` || '0') * (sign === '-' ? -1n : 1n),
        exponent: Number(exponent) - fraction.length
    };
}
function compareDecimals(a, b) {
    // Numbers whose exponents are this far apart differ by their size alone; a power of ten of that size is no number to make.
    const apart = a.exponent - b.exponent;
    if (a.digits === 0n || b.digits === 0n || Math.abs(apart) > 10_000) {
        const size = ({ digits, exponent })=>digits === 0n ? 0 : (digits > 0n ? 1 : -1) * (exponent + String(digits).length + 1e9);
        return size(a) - size(b);
    }
    const x = apart > 0 ? a.digits * 10n ** BigInt(apart) : a.digits;
    const y = apart < 0 ? b.digits * 10n ** BigInt(-apart) : b.digits;
    return x < y ? -1 : x > y ? 1 : 0;
}
/* ----------------------------------------------------------------- reading */ /** Reads what `opa_value_dump` writes: JSON with sets (`{1, 2}`, `set()`) and keys of any type. Throws on anything else. */ function parseValue(text) {
    let at = 0;
    const fail = ()=>{
        throw new Error(`no value of OPA's at ${at}: ${text.slice(at, at + 20)}`);
    };
    const space = ()=>{
        while(/\s/.test(text[at] ?? ''))at++;
    };
    const takes = (token)=>{
        space();
        if (!text.startsWith(token, at)) return false;
        at += token.length;
        return true;
    };
    const string = ()=>{
        const from = at;
        for(at++; text[at] !== '"'; at++){
            if (at >= text.length) fail();
            if (text[at] === '\\') at++;
        }
        // Half a surrogate pair is no character to Go.
        return wellFormed(JSON.parse(text.slice(from, ++at)));
    };
    const list = (close)=>{
        const items = [];
        while(!takes(close)){
            if (items.length > 0 && !takes(',')) fail();
            items.push(value());
        }
        return items;
    };
    const braces = ()=>{
        if (takes('}')) return new RegoObject([]);
        const first = value();
        if (!takes(':')) {
            const rest = takes(',') ? list('}') : takes('}') ? [] : fail();
            return new RegoSet([
                first,
                ...rest
            ]);
        }
        const entries = [
            [
                first,
                value()
            ]
        ];
        while(!takes('}')){
            if (!takes(',')) fail();
            const key = value();
            if (!takes(':')) fail();
            entries.push([
                key,
                value()
            ]);
        }
        return new RegoObject(entries);
    };
    const value = ()=>{
        space();
        if (text[at] === '"') return string();
        if (takes('set()')) return new RegoSet([]);
        if (takes('[')) return list(']');
        if (takes('{')) return braces();
        for (const [word, meaning] of WORDS)if (takes(word)) return meaning;
        const number = /-?\d+(\.\d+)?([eE][+-]?\d+)?/y;
        number.lastIndex = at;
        const found = number.exec(text);
        if (found === null) return fail();
        at = number.lastIndex;
        return new RegoNumber(found[0]);
    };
    const parsed = value();
    space();
    return at === text.length ? parsed : fail();
}
const wellFormed = (text)=>text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
const WORDS = [
    [
        'null',
        null
    ],
    [
        'true',
        true
    ],
    [
        'false',
        false
    ]
];
/** A JSON value as OPA reads it. */ const value_valueOf = (json)=>parseValue(JSON.stringify(json));
/* ----------------------------------------------------------------- writing */ /** What `opa_value_parse` reads. */ function dumpValue(value) {
    if (value instanceof RegoSet) {
        return value.members.length === 0 ? 'set()' : `{${value.members.map(dumpValue).join(',')}}`;
    }
    if (value instanceof RegoObject) {
        return `{${value.entries.map(([key, item])=>`${dumpValue(key)}:${dumpValue(item)}`).join(',')}}`;
    }
    if (value instanceof RegoNumber) return value.text;
    if (value !== null && typeof value === 'object') return `[${value.map(dumpValue).join(',')}]`;
    return JSON.stringify(value);
}
/** `ast.Value.String()`: how OPA prints a value in a message. */ function printValue(value) {
    if (value instanceof RegoSet) {
        return value.members.length === 0 ? 'set()' : `{${value.members.map(printValue).join(', ')}}`;
    }
    if (value instanceof RegoObject) {
        return `{${value.entries.map(([key, item])=>`${printValue(key)}: ${printValue(item)}`).join(', ')}}`;
    }
    if (value instanceof RegoNumber) return value.text;
    if (value !== null && typeof value === 'object') return `[${value.map(printValue).join(', ')}]`;
    return typeof value === 'string' ? quote(value) : String(value);
}
const ESCAPES = {
    '\u0007': '\\a',
    '\b': '\\b',
    '\f': '\\f',
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    '\v': '\\v',
    '\\': '\\\\'
};
/** Go's strconv.Quote; with `ascii` QuoteToASCII, with another delimiter QuoteRune's. */ function quote(text, ascii = false, delimiter = '"') {
    const quoted = [
        ...text
    ].map((character)=>{
        if (character === delimiter) return `\\${character}`;
        const known = ESCAPES[character];
        if (known !== undefined) return known;
        const code = character.codePointAt(0);
        if (code < 0x80 ? code >= 0x20 && code !== 0x7f : !ascii && isPrintable(character)) return character;
        if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`;
        return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
    });
    return `${delimiter}${quoted.join('')}${delimiter}`;
}
const hex = (code, width)=>code.toString(16).padStart(width, '0');

;// CONCATENATED MODULE: ./build/src/rego/builtins/operands.js
/** What builtins take. Each throws `BuiltinError` where the operand is something else, which makes the call undefined. */ 
const refuse = (wanted, value)=>{
    throw new BuiltinError(`operand must be ${wanted} but got ${value === undefined ? 'none' : typeName(value)}`);
};
const string = (value)=>typeof value === 'string' ? value : refuse('string', value);
const array = (value)=>value !== undefined && isArray(value) ? value : refuse('array', value);
const object = (value)=>value instanceof RegoObject ? value : refuse('object', value);
/** The members of an array or a set. */ const members = (value)=>value instanceof RegoSet ? value.members : array(value);
/** A whole number; `1.0` and `1e2` are some too, as for OPA. null: a fraction. */ function wholeOf(value) {
    const [, sign, whole, fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(value instanceof RegoNumber ? value.text : '') ?? [];
    if (whole === undefined) return refuse('number', value);
    const places = Number(exponent) - fraction.length;
    if (places > 1000) throw new BuiltinError('operand must be smaller');
    const digits = BigInt(whole + fraction);
    const power = 10n ** BigInt(Math.abs(places));
    if (places < 0 && digits % power !== 0n) return null;
    const size = places < 0 ? digits / power : digits * power;
    return sign === '-' ? -size : size;
}
function integer(value) {
    const whole = wholeOf(value);
    if (whole === null) throw new BuiltinError('operand must be integer number but got floating-point number');
    return whole;
}
/** A whole number that an `int` of 64 bits holds, written without an exponent: 2.0 is one. */ function operands_int(value) {
    if (!(value instanceof RegoNumber)) return refuse('number', value);
    const [, whole] = /^(-?\d+)(?:\.0*)?$/.exec(value.text) ?? [];
    if (whole === undefined || BigInt(whole) !== BigInt.asIntN(64, BigInt(whole))) throw new BuiltinError('operand must be integer number but got floating-point number');
    return Number(whole);
}

;// CONCATENATED MODULE: ./build/src/rego/builtins/arithmetic.js
/**
 * Numbers as OPA calculates: whole numbers exactly, others as big.Float. What a policy's WebAssembly has for these is of
 * another library, which keeps and prints other digits. After OPA's topdown/arithmetic.go, aggregates.go and bits.go.
 */ 


function number(value) {
    if (value instanceof RegoNumber) return value;
    throw new BuiltinError(`operand must be number but got ${value === undefined ? 'none' : typeName(value)}`);
}
const floatOf = (value)=>parseFloat64(value.text);
const ofFloat = (float)=>new RegoNumber(printFloat(float));
/** A whole number in 32 bits that is written without an exponent: a fraction of zeros is one. */ function small(value) {
    const [, digits] = /^(-?\d+)(?:\.0*)?$/.exec(value.text) ?? [];
    if (digits === undefined) return null;
    const found = BigInt(digits);
    return found === BigInt.asIntN(32, found) ? found : null;
}
function operation(exact, float) {
    return (a, b)=>{
        const [x, y] = [
            wholeOf(a),
            wholeOf(b)
        ];
        return x !== null && y !== null ? numberOf(exact(x, y)) : ofFloat(float(floatOf(a), floatOf(b)));
    };
}
const plus = operation((a, b)=>a + b, add);
const difference = operation((a, b)=>a - b, (a, b)=>add(a, negated(b)));
const times = operation((a, b)=>a * b, multiply);
function minus(a, b) {
    if (!(a instanceof RegoSet) || !(b instanceof RegoSet)) return difference(number(a), number(b));
    return new RegoSet(a.members.filter((member)=>!b.members.some((other)=>compare(member, other) === 0)));
}
function quotient(a, b) {
    const [x, y] = [
        small(a),
        small(b)
    ];
    if (y === 0n && x !== null) throw new BuiltinError('divide by zero');
    if (x !== null && y !== null && x !== 0n && x % y === 0n) return numberOf(x / y);
    const by = floatOf(b);
    if (by.mantissa === 0n) throw new BuiltinError('divide by zero');
    return ofFloat(divide(floatOf(a), by));
}
function remainder(a, b) {
    const [x, y] = [
        wholeOf(a),
        wholeOf(b)
    ];
    if (x === null || y === null) throw new BuiltinError('modulo on floating-point number');
    if (y === 0n) throw new BuiltinError('modulo by zero');
    return numberOf(x % y);
}
/** Small whole numbers by themselves, others as floats. */ const unary = (ofSmall, float)=>(value)=>{
        const n = number(value);
        const found = small(n);
        return found === null ? ofFloat(float(floatOf(n))) : numberOf(ofSmall(found));
    };
const HALF = parseFloat64('0.5');
const ONE = ofInteger(1n);
const round = (a)=>ofInteger(truncate(add(a, a.negative ? negated(HALF) : HALF)));
/** Towards one side: `by` is added where what is before the point lies on the other. */ const towards = (negativeSide, by)=>(a)=>{
        const cut = ofInteger(truncate(a));
        return cut.negative !== negativeSide || equals(a, cut) ? cut : add(cut, by);
    };
/** OPA's sum and product: exact where all are whole, else with the precision that OPA begins with. */ function accumulate(value, start, precision, exact, float) {
    const all = members(value).map(number);
    const wholes = all.map(wholeOf);
    if (wholes.every((n)=>n !== null)) return numberOf(wholes.reduce(exact, start));
    return ofFloat(all.map(floatOf).reduce(float, {
        ...ofInteger(start),
        precision
    }));
}
/* -------------------------------------------------------------------- bits */ /** The widest shift: Go would take gigabytes for more. */ const MOST_BITS = 1_000_000n;
function shift(value, by, left) {
    if (by < 0n) throw new BuiltinError('must be an unsigned integer number but got a negative integer');
    if (left && by > MOST_BITS) throw new Error(`bits.lsh: a shift by ${by} is too wide`);
    return left ? value << by : value >> by;
}
const bits = (change)=>(a, b)=>numberOf(change(integer(a), integer(b)));
const BASES = {
    '2': 2,
    '8': 8,
    '10': 10,
    '16': 16
};
function formatInt(value, base) {
    const radix = Object.hasOwn(BASES, base.text) ? BASES[base.text] : undefined;
    if (radix === undefined) throw new BuiltinError('operand 2 must be one of {2, 8, 10, 16}');
    return (isInteger(value.text) ? BigInt(value.text) : truncate(floatOf(value))).toString(radix);
}
/** What Go's ParseFloat reads; Rego has no infinity. */ function toNumber(value) {
    if (value === null) return numberOf(0);
    if (typeof value === 'boolean') return numberOf(value ? 1 : 0);
    if (value instanceof RegoNumber) return value;
    const text = string(value);
    const [, sign, whole = '', fraction, exponent = ''] = /^([+-]?)(\d*)(?:\.(\d*))?([eE][+-]?\d+)?$/.exec(text) ?? [];
    if (whole + (fraction ?? '') === '' || !Number.isFinite(Number(text))) throw new BuiltinError('invalid syntax');
    // What OPA keeps is the text; where that is no number of JSON, it is written as one here.
    const digits = whole === '' ? '0' : whole;
    return new RegoNumber(`${sign === '-' ? '-' : ''}${digits}${fraction ? `.${fraction}` : ''}${exponent}`);
}
const arithmetic = {
    plus: (a, b)=>plus(number(a), number(b)),
    minus,
    mul: (a, b)=>times(number(a), number(b)),
    div: (a, b)=>quotient(number(a), number(b)),
    rem: (a, b)=>remainder(number(a), number(b)),
    abs: unary((n)=>n < 0n ? -n : n, (f)=>({
            ...f,
            negative: false
        })),
    round: unary((n)=>n, round),
    ceil: unary((n)=>n, towards(false, ONE)),
    floor: unary((n)=>n, towards(true, negated(ONE))),
    sum: (all)=>accumulate(all, 0n, 64, (a, b)=>a + b, add),
    product: (all)=>accumulate(all, 1n, 53, (a, b)=>a * b, (a, b)=>multiply(a, b, a.precision)),
    'bits.and': bits((a, b)=>a & b),
    'bits.or': bits((a, b)=>a | b),
    'bits.xor': bits((a, b)=>a ^ b),
    'bits.negate': (a)=>numberOf(~integer(a)),
    'bits.lsh': bits((a, b)=>shift(a, b, true)),
    'bits.rsh': bits((a, b)=>shift(a, b, false)),
    format_int: (value, base)=>formatInt(number(value), number(base)),
    to_number: toNumber,
    'array.slice': (list, from, to)=>{
        const all = array(list);
        const end = Math.min(Math.max(operands_int(to), 0), all.length);
        return all.slice(Math.min(Math.max(operands_int(from), 0), end), end);
    }
};

;// CONCATENATED MODULE: ./build/src/rego/builtins/numbers.js
/** `semver.*`, `units.*`, `numbers.range_step`. */ 


const IDENTIFIERS = String.raw`[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*`;
const NUMBER = String.raw`(0|[1-9]\d*)`;
const SEMVER = new RegExp(String.raw`^v?${NUMBER}\.${NUMBER}\.${NUMBER}(?:-(${IDENTIFIERS}))?(?:\+${IDENTIFIERS})?$`);
function version(text) {
    const found = SEMVER.exec(text);
    if (found === null) return null;
    const numbers = found.slice(1, 4).map(BigInt);
    const preRelease = found[4]?.split('.') ?? [];
    if (numbers.some((n)=>n >= 1n << 63n) || preRelease.some((id)=>/^0\d+$/.test(id))) return null;
    return {
        numbers,
        preRelease
    };
}
function compareVersions(a, b) {
    for (const [i, number] of a.numbers.entries()){
        if (number !== b.numbers[i]) return number < b.numbers[i] ? -1 : 1;
    }
    // Who is about to be released comes before the release.
    if (a.preRelease.length === 0 || b.preRelease.length === 0) {
        return Math.sign(b.preRelease.length) - Math.sign(a.preRelease.length);
    }
    for (const [i, left] of a.preRelease.entries()){
        const right = b.preRelease[i];
        if (right === undefined) return 1;
        const difference = compareIdentifiers(left, right);
        if (difference !== 0) return difference;
    }
    return a.preRelease.length < b.preRelease.length ? -1 : 0;
}
const MOST = (1n << 63n) - 1n;
/** Numbers come before names. Go takes a number beyond 64 bits for the largest. */ function compareIdentifiers(a, b) {
    const [x, y] = [
        a,
        b
    ].map((id)=>/^\d+$/.test(id) ? BigInt(id) > MOST ? MOST : BigInt(id) : null);
    if (x === null || y === null) return x === y ? compareStrings(a, b) : x === null ? 1 : -1;
    return x < y ? -1 : x > y ? 1 : 0;
}
function parsed(value) {
    const text = string(value);
    const found = version(text);
    if (found === null) throw new BuiltinError(`string "${text}" is not a valid SemVer`);
    return found;
}
/* ------------------------------------------------------------------- units */ const K = 1000n;
const KI = 1024n;
const POWERS = [
    'k',
    'm',
    'g',
    't',
    'p',
    'e'
];
/** `Ki` and the like; all lower case. */ const BINARY = new Map(POWERS.map((letter, i)=>[
        `${letter}i`,
        KI ** BigInt(i + 1)
    ]));
const DECIMAL = new Map(POWERS.map((letter, i)=>[
        letter,
        K ** BigInt(i + 1)
    ]));
/** As OPA tells the number from its unit: an `e` belongs to the number where an exponent follows. */ function amount(text) {
    const [number = ''] = /^(?:[\d.+-]|[eE](?=[\d+-])[+-]?\d*)*/.exec(text) ?? [];
    if (/[eE][+-]?\d{7}/.test(number)) throw new BuiltinError('exponent too large');
    if (number === '') throw new BuiltinError('no amount provided');
    return {
        number,
        unit: text.slice(number.length)
    };
}
function ratio(number) {
    const found = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(number);
    const [, sign, whole = '', fraction = '', exponent = '0'] = found ?? [];
    if (found === null || whole + fraction === '') throw new BuiltinError('could not parse amount to a number');
    const places = Number(exponent) - fraction.length;
    const digits = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n);
    const power = 10n ** BigInt(Math.abs(places));
    return places < 0 ? {
        above: digits,
        below: power
    } : {
        above: digits * power,
        below: 1n
    };
}
/** 0.001 is no number of 64 bits; this is the one that Go means by it. */ const MILLI = {
    above: 1152921504606847n,
    below: 1152921504606846976n
};
function units(raw) {
    const text = raw.replaceAll('"', '');
    if (text.includes(' ')) throw new BuiltinError('spaces not allowed in resource strings');
    const { number, unit } = amount(text);
    const lower = unit.toLowerCase();
    // m is milli and M is mega; of the others the case of the first letter does not matter.
    const factor = unit === '' ? 1n : unit === 'm' ? null : DECIMAL.get(lower) ?? BINARY.get(lower);
    if (factor === undefined) throw new BuiltinError(`unit ${unit} not recognized`);
    const { above, below } = ratio(number);
    return factor === null ? numbers_decimal({
        above: above * MILLI.above,
        below: below * MILLI.below
    }) : numbers_decimal({
        above: above * factor,
        below
    });
}
/** A whole number as such, else with ten places, rounded half away from zero. */ function numbers_decimal({ above, below }) {
    if (above % below === 0n) return numberOf(above / below);
    const size = above < 0n ? -above : above;
    const scaled = (size * 10n ** 10n * 2n + below) / (below * 2n);
    const digits = String(scaled).padStart(11, '0');
    return new RegoNumber(`${above < 0n ? '-' : ''}${digits.slice(0, -10)}.${digits.slice(-10)}`);
}
function bytes(raw) {
    const text = raw.toLowerCase().replaceAll('"', '');
    if (text.includes(' ')) throw new BuiltinError('spaces not allowed in resource strings');
    const { number, unit } = amount(text);
    const name = unit.replace(/b$/, '');
    const factor = unit === '' ? 1n : name === '' ? undefined : DECIMAL.get(name) ?? BINARY.get(name);
    if (factor === undefined) throw new BuiltinError(`byte unit ${unit} not recognized`);
    ratio(number);
    // As Go's big.Float multiplies; what is behind the point is dropped.
    return numberOf(truncate(multiply(parseFloat64(number), ofInteger(factor))));
}
/* ------------------------------------------------------------------ ranges */ /** More would not be a list that anybody means. */ const LONGEST = 1_000_000n;
function range(from, to, step) {
    if (step <= 0n) throw new BuiltinError('numbers.range_step: step must be a positive integer');
    const length = (from <= to ? to - from : from - to) / step + 1n;
    if (length > LONGEST) throw new Error(`numbers.range_step: a range of ${length} numbers is too long`);
    const by = from <= to ? step : -step;
    return Array.from({
        length: Number(length)
    }, (_, i)=>numberOf(from + by * BigInt(i)));
}
const numbers = {
    'semver.is_valid': (text)=>typeof text === 'string' && version(text) !== null,
    'semver.compare': (a, b)=>numberOf(compareVersions(parsed(a), parsed(b))),
    'units.parse': (text)=>units(string(text)),
    'units.parse_bytes': (text)=>bytes(string(text)),
    'numbers.range_step': (from, to, step)=>range(integer(from), integer(to), integer(step))
};

;// CONCATENATED MODULE: ./build/src/rego/builtins/net.js
/** `net.cidr_*`: addresses and networks as Go's net reads and prints them. */ 

function parseAddress(text) {
    return text.includes(':') ? parseV6(text) : parseV4(text);
}
function parseV4(text) {
    const parts = text.split('.');
    if (parts.length !== 4 || !parts.every((part)=>/^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return null;
    return {
        bits: 32,
        value: parts.reduce((sum, part)=>sum << 8n | BigInt(part), 0n)
    };
}
function parseV6(text) {
    const halves = text.split('::');
    if (halves.length > 2) return null;
    const groups = [];
    for (const [i, half] of halves.entries()){
        const last = i === halves.length - 1;
        const found = half === '' && halves.length === 2 ? [] : groupsOf(half, last);
        if (found === null) return null;
        groups.push(found);
    }
    const [head = [], tail = []] = groups;
    const missing = 8 - head.length - tail.length;
    if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
    const all = [
        ...head,
        ...Array(missing).fill(0n),
        ...tail
    ];
    return {
        bits: 128,
        value: all.reduce((sum, group)=>sum << 16n | group, 0n)
    };
}
/** Groups of four digits; the last two may be written as an IPv4 address. */ function groupsOf(text, mayEndInV4) {
    const parts = text.split(':');
    const groups = [];
    for (const [i, part] of parts.entries()){
        if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(BigInt(`0x${part}`));
        else {
            const v4 = mayEndInV4 && i === parts.length - 1 ? parseV4(part) : null;
            if (v4 === null) return null;
            groups.push(v4.value >> 16n, v4.value & 0xffffn);
        }
    }
    return groups;
}
/** The network, its host part cleared; null where it is none. */ function parseNetwork(text) {
    const slash = text.indexOf('/');
    if (slash < 0) return null;
    const address = parseAddress(text.slice(0, slash));
    const written = text.slice(slash + 1);
    if (address === null || !/^\d+$/.test(written) || Number(written) > address.bits) return null;
    return masked(address, Number(written));
}
function masked({ bits, value }, prefix) {
    const host = BigInt(bits - prefix);
    return {
        bits,
        prefix,
        value: value >> host << host
    };
}
/** An IPv4 address in IPv6's notation (::ffff:10.0.0.1) is one of IPv4. */ function toV4(address) {
    return address.bits === 128 && address.value >> 32n === 0xffffn ? {
        bits: 32,
        value: address.value & 0xffffffffn
    } : address;
}
function containsAddress(network, address) {
    // Go compares an IPv4 network with four bytes, also where it is written as IPv6.
    const own = toV4(network);
    const other = toV4(address);
    if (own.bits !== other.bits) return false;
    const prefix = own.bits === network.bits ? network.prefix : network.prefix - 96;
    if (prefix < 0) return false;
    const host = BigInt(own.bits - prefix);
    return own.value >> host === other.value >> host;
}
const network = (text)=>{
    const found = parseNetwork(text);
    if (found === null) throw new BuiltinError(`invalid CIDR address: ${text}`);
    return found;
};
function contains(cidr, other) {
    const outer = network(cidr);
    const address = parseAddress(other);
    if (address !== null) return containsAddress(outer, address);
    const inner = network(other);
    const last = {
        ...inner,
        value: inner.value | (1n << BigInt(inner.bits - inner.prefix)) - 1n
    };
    return containsAddress(outer, inner) && containsAddress(outer, last);
}
function printAddress(given) {
    const address = toV4(given);
    if (address.bits === 32) return [
        24n,
        16n,
        8n,
        0n
    ].map((shift)=>address.value >> shift & 255n).join('.');
    const groups = Array.from({
        length: 8
    }, (_, i)=>Number(address.value >> BigInt(112 - 16 * i) & 0xffffn));
    // The first of the longest runs of zeros, of two or more, is left out.
    let best = {
        from: 0,
        length: 1
    };
    for(let from = 0; from < 8; from++){
        let length = 0;
        while(groups[from + length] === 0)length++;
        if (length > best.length) best = {
            from,
            length
        };
    }
    const text = (some)=>some.map((group)=>group.toString(16)).join(':');
    if (best.length < 2) return text(groups);
    return `${text(groups.slice(0, best.from))}::${text(groups.slice(best.from + best.length))}`;
}
/** More addresses than these are no list that anybody means. */ const MOST_HOST_BITS = 20;
function expand(cidr) {
    const { bits, prefix, value } = network(cidr);
    if (bits - prefix > MOST_HOST_BITS) throw new Error(`net.cidr_expand: ${cidr} holds too many addresses to be listed`);
    const count = 1 << bits - prefix;
    return new RegoSet(Array.from({
        length: count
    }, (_, i)=>printAddress({
            bits,
            value: value + BigInt(i)
        })));
}
/** CIDR or address, and what stands for it in the result. */ function listed(operand) {
    if (typeof operand === 'string') return [
        [
            operand,
            operand
        ]
    ];
    const cidrOf = (value)=>{
        const text = isArray(value) ? value[0] : value;
        if (typeof text !== 'string') throw new BuiltinError('element must be string or non-empty array');
        return text;
    };
    if (isArray(operand)) return operand.map((value, i)=>[
            cidrOf(value),
            numberOf(i)
        ]);
    if (operand instanceof RegoSet) return operand.members.map((value)=>[
            cidrOf(value),
            value
        ]);
    if (operand instanceof RegoObject) return operand.entries.map(([key, value])=>[
            cidrOf(value),
            key
        ]);
    return [];
}
function containsMatches(cidrs, others) {
    return new RegoSet(listed(cidrs).flatMap(([cidr, index])=>listed(others).flatMap(([other, otherIndex])=>contains(cidr, other) ? [
                [
                    index,
                    otherIndex
                ]
            ] : [])));
}
function intersects(a, b) {
    const [x, y] = [
        network(a),
        network(b)
    ];
    return containsAddress(x, y) || containsAddress(y, x);
}
const net = {
    'net.cidr_contains': (cidr, other)=>contains(string(cidr), string(other)),
    'net.cidr_overlap': (cidr, other)=>contains(string(cidr), string(other)),
    'net.cidr_intersects': (a, b)=>intersects(string(a), string(b)),
    'net.cidr_is_valid': (cidr)=>typeof cidr === 'string' && parseNetwork(cidr) !== null,
    'net.cidr_expand': (cidr)=>expand(string(cidr)),
    'net.cidr_contains_matches': (cidrs, others)=>containsMatches(cidrs, others)
};

;// CONCATENATED MODULE: ./build/src/rego/json.js
/** JSON as Go writes and reads it for OPA. */ 
const SHORT = {
    '\b': '\\b',
    '\f': '\\f',
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    '"': '\\"',
    '\\': '\\\\'
};
/** Go's json.Marshal, which escapes what HTML would read. */ const jsonString = (text)=>`"${[
        ...text
    ].map((c)=>SHORT[c] ?? (c < ' ' || '<>&\u2028\u2029'.includes(c) ? escaped(c) : c)).join('')}"`;
const escaped = (character)=>`\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
/** Keys are sorted, and texts: another value's key is its JSON. */ function toJson(value) {
    if (typeof value === 'string') return jsonString(value);
    if (value instanceof RegoNumber) return value.text;
    if (value instanceof RegoSet) return `[${value.members.map(toJson).join(',')}]`;
    if (value instanceof RegoObject) {
        const fields = value.entries.map(([key, item])=>[
                typeof key === 'string' ? key : toJson(key),
                toJson(item)
            ]);
        return `{${fields.sort(([a], [b])=>compareStrings(a, b)).map(([key, item])=>`${jsonString(key)}:${item}`).join(',')}}`;
    }
    return value !== null && typeof value === 'object' ? `[${value.map(toJson).join(',')}]` : String(value);
}
function isJson(text) {
    try {
        JSON.parse(text);
        return true;
    } catch (error) {
        if (error instanceof SyntaxError) return false;
        throw error;
    }
}
/** Numbers keep their text. */ function fromJson(text) {
    if (!isJson(text)) throw new BuiltinError('invalid JSON');
    return parseValue(text);
}

;// CONCATENATED MODULE: ./build/src/rego/builtins/objects.js
/** `object.subset`, `json.patch`, the rest of `json.*`, `object.union_n`. */ 


const equal = (a, b)=>compare(a, b) === 0;
const has = ({ members }, value)=>members.some((member)=>equal(member, value));
/* ------------------------------------------------------------------ subset */ function isSubset(superset, subset) {
    if (superset instanceof RegoObject && subset instanceof RegoObject) return isSubObject(superset, subset);
    if (superset instanceof RegoSet && subset instanceof RegoSet) return subset.members.every((m)=>has(superset, m));
    if (isArray(superset) && isArray(subset)) return isSubArray(superset, subset);
    if (isArray(superset) && subset instanceof RegoSet) return holdsAll(superset, subset);
    throw new BuiltinError('both arguments object.subset must be of the same type or array and set');
}
function isSubObject(superset, subset) {
    return subset.entries.every(([key, wanted])=>{
        const found = get(superset, key);
        if (found === undefined) return false;
        if (equal(found, wanted)) return true;
        return typeName(found) === typeName(wanted) && typeof wanted === 'object' && !(wanted instanceof RegoNumber) ? wanted !== null && isSubset(found, wanted) : false;
    });
}
/** As OPA looks for it: after a mismatch it begins at the next element, and does not go back. */ function isSubArray(superset, subset) {
    if (subset.length > superset.length) return false;
    let [at, matched] = [
        0,
        0
    ];
    while(matched < subset.length){
        const element = superset[at + matched];
        if (element === undefined) return false;
        if (equal(element, subset[matched])) matched++;
        else {
            at++;
            matched = 0;
        }
    }
    return true;
}
/** OPA counts the elements that are in the set; an empty set is none of a list's, and a repeated element counts twice. */ function holdsAll(superset, subset) {
    let unmatched = subset.members.length;
    return superset.some((element)=>{
        if (has(subset, element)) unmatched--;
        return unmatched === 0;
    });
}
/* ------------------------------------------------------------------- patch */ function patch(target, operations) {
    let patched = target;
    for (const operation of operations)patched = applied(patched, object(operation));
    // OPA has no value either where the root was removed.
    if (patched === undefined) throw new BuiltinError('the root was removed');
    return patched;
}
function applied(target, operation) {
    const field = (name)=>{
        const found = get(operation, name);
        if (found === undefined) throw new BuiltinError(`missing required attribute '${name}'`);
        return found;
    };
    field('path');
    const op = string(field('op'));
    const path = pathOf(field('path'));
    switch(op){
        case 'add':
            return insert(target, path, field('value'));
        case 'remove':
            return remove(target, path);
        case 'replace':
            return insert(remove(target, path), path, field('value'));
        case 'move':
            {
                const from = pathOf(field('from'));
                return insert(remove(target, from), path, at(target, from));
            }
        case 'copy':
            return insert(target, path, at(target, pathOf(field('from'))));
        case 'test':
            if (!equal(at(target, path), field('value'))) throw new BuiltinError('the value is another one');
            return target;
        default:
            throw new BuiltinError(`unrecognized op: '${op}'`);
    }
}
function pathOf(value) {
    if (typeof value !== 'string') return array(value);
    if (value === '') return [];
    return value.replace(/^\/+/, '').split('/').map((part)=>part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
const missing = (key)=>{
    throw new BuiltinError(`path ${String(key)} does not exist`);
};
/** The index that a step of a path means; `-` is behind the end. */ function indexOf(step, length) {
    if (step === '-') return length;
    const text = step instanceof RegoNumber ? step.text : string(step);
    if (!/^-?\d+$/.test(text)) throw new BuiltinError('invalid string for indexing');
    if (!(step instanceof RegoNumber) && text !== '0' && text.startsWith('0')) throw new BuiltinError('leading zeros are not allowed in JSON paths');
    return Number(text);
}
function child(target, step) {
    if (target instanceof RegoObject) return get(target, step) ?? missing(step);
    if (target instanceof RegoSet) return has(target, step) ? step : missing(step);
    if (target !== undefined && isArray(target)) return target[indexOf(step, target.length)] ?? missing(step);
    throw new BuiltinError('expected composite type');
}
function at(target, path) {
    let found = target;
    for (const step of path)found = child(found, step);
    if (found === undefined) throw new BuiltinError('the root was removed');
    return found;
}
/** The target with what `change` makes of the collection that the path's last step is in. */ function changed(target, path, change) {
    const [step, ...rest] = path;
    if (target === undefined) throw new BuiltinError('the root was removed');
    if (rest.length === 0) return change(target, step);
    const next = changed(child(target, step), rest, change);
    if (target instanceof RegoObject) return withEntry(target, step, next);
    if (target instanceof RegoSet) return new RegoSet([
        ...target.members.filter((member)=>!equal(member, step)),
        next
    ]);
    const index = indexOf(step, target.length);
    return target.map((item, i)=>i === index ? next : item);
}
const without = ({ entries }, key)=>entries.filter(([k])=>!equal(k, key));
const withEntry = (target, key, value)=>new RegoObject([
        ...without(target, key),
        [
            key,
            value
        ]
    ]);
function insert(target, path, value) {
    if (path.length === 0) return value;
    return changed(target, path, (holder, step)=>{
        if (holder instanceof RegoObject) return withEntry(holder, step, value);
        if (holder instanceof RegoSet) {
            if (!equal(step, value)) throw new BuiltinError('a set key does not equal the value to be inserted');
            return new RegoSet([
                ...holder.members,
                value
            ]);
        }
        if (!isArray(holder)) throw new BuiltinError('expected composite type');
        const index = indexOf(step, holder.length);
        if (index < 0 || index > holder.length) throw new BuiltinError('index for array insertion out of bounds');
        return [
            ...holder.slice(0, index),
            value,
            ...holder.slice(index)
        ];
    });
}
function remove(target, path) {
    if (path.length === 0) {
        if (target === undefined) throw new BuiltinError('the root was removed');
        return undefined;
    }
    return changed(target, path, (holder, step)=>{
        if (holder instanceof RegoObject) {
            if (get(holder, step) === undefined) missing(step);
            return new RegoObject(without(holder, step));
        }
        if (holder instanceof RegoSet) {
            if (!has(holder, step)) missing(step);
            return new RegoSet(holder.members.filter((member)=>!equal(member, step)));
        }
        if (!isArray(holder)) throw new BuiltinError('expected composite type');
        const index = indexOf(step, holder.length);
        if (index < 0 || index >= holder.length) throw new BuiltinError('index for array delete out of bounds');
        return holder.filter((_, i)=>i !== index);
    });
}
/* ------------------------------------------------------- remove and filter */ /** Paths as a tree of objects, null where one ends. What goes beyond the end of another is of no account. */ function treeOf(operand) {
    let tree = new RegoObject([]);
    for (const path of members(operand).map(pathOf))if (path.length > 0) tree = grown(tree, path);
    return tree;
}
function grown(tree, [step, ...rest]) {
    if (!(tree instanceof RegoObject)) return tree;
    const before = get(tree, step);
    const next = rest.length === 0 ? null : grown(before === undefined ? new RegoObject([]) : before, rest);
    return withEntry(tree, step, next);
}
/** undefined: removed. */ function pruned(value, tree) {
    if (tree === null) return undefined;
    if (!(tree instanceof RegoObject)) return value;
    if (value instanceof RegoObject) {
        return new RegoObject(value.entries.flatMap(([key, item])=>{
            const kept = pruned(item, get(tree, key));
            return kept === undefined ? [] : [
                [
                    key,
                    kept
                ]
            ];
        }));
    }
    if (value instanceof RegoSet) {
        return new RegoSet(value.members.flatMap((member)=>pruned(member, get(tree, member)) ?? []));
    }
    return isArray(value) ? value.map((item, i)=>pruned(item, get(tree, String(i)))).filter((item)=>item !== undefined) : value;
}
function filtered(value, tree) {
    if (!(tree instanceof RegoObject)) return value;
    const of = (item, key)=>{
        const wanted = get(tree, key);
        return wanted === undefined ? [] : [
            filtered(item, wanted)
        ];
    };
    if (value instanceof RegoObject) {
        return new RegoObject(value.entries.flatMap(([key, item])=>of(item, key).map((kept)=>[
                    key,
                    kept
                ])));
    }
    if (value instanceof RegoSet) return new RegoSet(value.members.flatMap((member)=>of(member, member)));
    return isArray(value) ? value.flatMap((item, i)=>of(item, String(i))) : value;
}
/* ------------------------------------------------------------------- union */ /** The later wins; objects are merged, unless something else came between. */ function unionOf(objects) {
    return objects.reduce((merged, next)=>union(merged, next), new RegoObject([]));
}
function union(a, b) {
    return new RegoObject([
        ...a.entries,
        ...b.entries.map(([key, value])=>{
            const before = get(a, key);
            return [
                key,
                before instanceof RegoObject && value instanceof RegoObject ? union(before, value) : value
            ];
        })
    ]);
}
const objects = {
    'object.subset': (superset, subset)=>isSubset(superset, subset),
    'json.patch': (target, operations)=>patch(target, array(operations)),
    'json.remove': (target, paths)=>pruned(object(target), treeOf(paths)) ?? missing(''),
    'json.filter': (target, paths)=>filtered(object(target), treeOf(paths)),
    'object.union_n': (all)=>unionOf(array(all).map(object)),
    'json.marshal': (value)=>toJson(value),
    'json.unmarshal': (text)=>fromJson(string(text)),
    'json.is_valid': (text)=>typeof text === 'string' && isJson(text)
};

// EXTERNAL MODULE: ./node_modules/re2js/build/index.js
var build = __webpack_require__(2856);
;// CONCATENATED MODULE: ./build/src/rego/builtins/regex.js
/**
 * `regex.*` as Go's regexp does it: re2js has the same syntax, and finds the same match first; what is done with the
 * matches is after Go's regexp.go.
 */ 


/** Those of late, since policies ask the same of every resource. */ const compiled = new Map();
const KEPT = 200;
function compile(pattern) {
    const known = compiled.get(pattern);
    if (known !== undefined) return known;
    // One byte of UTF-8: RE2 has it, Go has not.
    if (/^(?:[^\\]|\\[^C])*\\C/s.test(pattern)) throw new BuiltinError('error parsing regexp: invalid escape sequence: `\\C`');
    try {
        const expression = build/* RE2JS */.L3.compile(pattern);
        if (compiled.size >= KEPT) compiled.clear();
        compiled.set(pattern, expression);
        return expression;
    } catch (error) {
        throw new BuiltinError(`error parsing regexp: ${error instanceof Error ? error.message : String(error)}`);
    }
}
function isValid(pattern) {
    try {
        compile(pattern);
        return true;
    } catch (error) {
        if (error instanceof BuiltinError) return false;
        throw error;
    }
}
/** The next match from an offset on; what lies before is context for `^` and `\b`. */ function findFrom(expression, text, from) {
    const matcher = expression.matcher(text);
    if (!matcher.find(from)) return null;
    return {
        at: Array.from({
            length: matcher.groupCount() + 1
        }, (_, i)=>[
                matcher.start(i),
                matcher.end(i)
            ])
    };
}
/** The offset behind the character there. */ const after = (text, at)=>at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
/** At most n matches that do not overlap, all where n is negative. An empty one right behind another is none. */ function matches(expression, text, n) {
    const found = [];
    let previousEnd = -1;
    for(let at = 0; (n < 0 || found.length < n) && at <= text.length;){
        const match = findFrom(expression, text, at);
        if (match === null) break;
        const [start, end] = match.at[0];
        const accept = end !== at || start !== previousEnd;
        at = end === at ? after(text, at) : end;
        previousEnd = end;
        if (accept) found.push(match);
    }
    return found;
}
function split(pattern, text) {
    const expression = compile(pattern);
    if (pattern !== '' && text === '') return [
        ''
    ];
    const parts = [];
    let [begin, end] = [
        0,
        0
    ];
    for (const { at } of matches(expression, text, -1)){
        const [from, to] = at[0];
        end = from;
        if (to !== 0) parts.push(text.slice(begin, end));
        begin = to;
    }
    if (end !== text.length) parts.push(text.slice(begin));
    return parts;
}
function replace(text, pattern, template) {
    const expression = compile(pattern);
    let out = '';
    let last = 0;
    for (const match of matches(expression, text, -1)){
        const [start, end] = match.at[0];
        out += text.slice(last, start) + regex_expand(template, match, text, expression);
        last = end;
    }
    return out + text.slice(last);
}
/** Go's Expand: `$1`, `$name`, `${name}`, `$$`; what does not exist is empty. */ function regex_expand(template, { at }, text, expression) {
    const names = expression.namedGroups();
    return template.replace(/\$(?:(\$)|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu, (_all, dollar, braced, bare)=>{
        if (dollar !== undefined) return '$';
        const name = braced ?? bare;
        const index = /^(0|[1-9]\d*)$/.test(name) ? Number(name) : Object.hasOwn(names, name) ? names[name] : -1;
        const [start, end] = at[index] ?? [
            -1,
            -1
        ];
        return start < 0 ? '' : text.slice(start, end);
    });
}
/** `urn:foo:{.*}`: the text outside of the delimiters is literal. */ function templateMatch(template, text, open, close) {
    if (open.length !== 1 || close.length !== 1) throw new BuiltinError('a delimiter has to be exactly one character long');
    let pattern = '^';
    let [level, begin, end] = [
        0,
        0,
        0
    ];
    for(let i = 0; i < template.length; i++){
        if (template[i] === open) {
            if (++level === 1) begin = i;
        } else if (template[i] === close) {
            if (--level < 0) throw new BuiltinError('unbalanced braces');
            if (level > 0) continue;
            const inner = template.slice(begin + 1, i);
            compile(`^${inner}$`);
            pattern += `${build/* RE2JS */.L3.quote(template.slice(end, begin))}(${inner})`;
            end = i + 1;
        }
    }
    if (level !== 0) throw new BuiltinError('unbalanced braces');
    return compile(`${pattern}${build/* RE2JS */.L3.quote(template.slice(end))}$`).matcher(text).find();
}
const regex = {
    'regex.is_valid': (pattern)=>typeof pattern === 'string' && isValid(pattern),
    'regex.match': (pattern, text)=>compile(string(pattern)).matcher(string(text)).find(),
    re_match: (pattern, text)=>compile(string(pattern)).matcher(string(text)).find(),
    'regex.find_all_string_submatch_n': (pattern, text, n)=>matches(compile(string(pattern)), string(text), operands_int(n)).map(({ at })=>at.map(([start, end])=>start < 0 ? '' : string(text).slice(start, end))),
    'regex.split': (pattern, text)=>split(string(pattern), string(text)),
    'regex.replace': (text, pattern, value)=>replace(string(text), string(pattern), string(value)),
    'regex.find_n': (pattern, text, n)=>matches(compile(string(pattern)), string(text), operands_int(n)).map(({ at })=>string(text).slice(...at[0])),
    'regex.template_match': (template, text, open, close)=>templateMatch(string(template), string(text), string(open), string(close))
};

;// CONCATENATED MODULE: ./build/src/rego/sprintf.js
/**
 * OPA's `sprintf`: Go's fmt.Sprintf over the operands as OPA hands them to it. Whole numbers are int64 or *big.Int,
 * others float64, strings themselves, and everything else its text as Rego.
 *
 * After Go's fmt/print.go, fmt/format.go and math/big/intconv.go.
 */ 


const NO_FLAGS = {
    sharp: false,
    zero: false,
    plus: false,
    minus: false,
    space: false,
    sharpV: false,
    plusV: false,
    width: undefined,
    precision: undefined
};
const NOT_A_FLAG = /[^#0+\- ]/;
/** Widths and precisions beyond are not taken. */ const LARGEST = 1_000_000;
function sprintf(format, operands) {
    const all = operands.map(argumentOf);
    let out = '';
    let next = 0;
    let reordered = false;
    let at = 0;
    while(at < format.length){
        const percent = format.indexOf('%', at);
        if (percent < 0) break;
        out += format.slice(at, percent);
        at = percent + 1;
        const flags = {
            ...NO_FLAGS
        };
        let good = true;
        let afterIndex = false;
        /** `[n]` in front of a width, a precision or a verb. */ const index = ()=>{
            afterIndex = false;
            if (format[at] !== '[') return;
            reordered = true;
            const { index, width, ok } = argumentNumber(format.slice(at));
            at += width;
            afterIndex = ok;
            if (ok && index >= 0 && index < all.length) next = index;
            else good = false;
        };
        const number = ()=>{
            const { value, end } = parseNumber(format, at, format.length);
            at = end;
            return value;
        };
        const fromArgument = ()=>{
            const argument = all[next];
            if (next < all.length) next++;
            if (argument?.type !== 'int64') return undefined;
            const value = Number(argument.value);
            return value > LARGEST || value < -LARGEST ? undefined : value;
        };
        for(; at < format.length && !NOT_A_FLAG.test(format[at]); at++)setFlag(flags, format[at]);
        index();
        if (format[at] === '*') {
            at++;
            flags.width = fromArgument();
            if (flags.width === undefined) out += '%!(BADWIDTH)';
            else if (flags.width < 0) {
                flags.width = -flags.width;
                flags.minus = true;
                flags.zero = false;
            }
            afterIndex = false;
        } else {
            flags.width = number();
            if (afterIndex && flags.width !== undefined) good = false;
        }
        if (at + 1 < format.length && format[at] === '.') {
            at++;
            if (afterIndex) good = false;
            index();
            if (format[at] === '*') {
                at++;
                flags.precision = fromArgument();
                if (flags.precision !== undefined && flags.precision < 0) flags.precision = undefined;
                if (flags.precision === undefined) out += '%!(BADPREC)';
                afterIndex = false;
            } else flags.precision = number() ?? 0;
        }
        if (!afterIndex) index();
        if (at >= format.length) {
            out += '%!(NOVERB)';
            break;
        }
        const verb = String.fromCodePoint(format.codePointAt(at));
        at += verb.length;
        const argument = all[next];
        if (verb === '%') out += '%';
        else if (!good) out += `%!${verb}(BADINDEX)`;
        else if (argument === undefined) out += `%!${verb}(MISSING)`;
        else {
            if (verb === 'v' || verb === 'w') {
                flags.sharpV = flags.sharp;
                flags.plusV = flags.plus;
                flags.sharp = flags.plus = false;
            }
            out += printArgument(argument, verb, flags);
            next++;
        }
    }
    if (at < format.length) out += format.slice(at);
    if (!reordered && next < all.length) {
        const extra = all.slice(next).map((argument)=>`${argument.type}=${printArgument(argument, 'v', {
                ...NO_FLAGS
            })}`);
        out += `%!(EXTRA ${extra.join(', ')})`;
    }
    return out;
}
function argumentOf(value) {
    if (typeof value === 'string') return {
        type: 'string',
        value
    };
    if (!(value instanceof RegoNumber)) return {
        type: 'string',
        value: printValue(value)
    };
    const { text } = value;
    if (isInteger(text)) {
        const whole = BigInt(text);
        return {
            type: whole === BigInt.asIntN(64, whole) ? 'int64' : '*big.Int',
            value: whole
        };
    }
    const float = Number(text);
    return Number.isFinite(float) ? {
        type: 'float64',
        value: float
    } : {
        type: 'string',
        value: text
    };
}
function setFlag(flags, character) {
    if (character === '#') flags.sharp = true;
    else if (character === '0') flags.zero = true;
    else if (character === '+') flags.plus = true;
    else if (character === '-') flags.minus = true;
    else flags.space = true;
}
/** The digits from `at`; what is too large counts as none, and ends the format. */ function parseNumber(text, at, end) {
    let value;
    for(; at < end && /[0-9]/.test(text[at]); at++){
        if ((value ?? 0) > LARGEST) return {
            value: undefined,
            end
        };
        value = (value ?? 0) * 10 + Number(text[at]);
    }
    return {
        value,
        end: at
    };
}
/** `[3]` is the argument with index 2. */ function argumentNumber(text) {
    const close = text.indexOf(']');
    if (text.length < 3 || close < 1) return {
        index: 0,
        width: 1,
        ok: false
    };
    const { value, end } = parseNumber(text, 1, close);
    if (value === undefined || end !== close) return {
        index: 0,
        width: close + 1,
        ok: false
    };
    return {
        index: value - 1,
        width: close + 1,
        ok: true
    };
}
function printArgument(argument, verb, flags) {
    const { type } = argument;
    if (verb === 'T') return formatString(type, flags);
    if (argument.type === '*big.Int') {
        // Go prints an address, or what lies behind it: another one every time.
        if (verb === 'p' || verb === 'w') throw new BuiltinError(`sprintf: %${verb} of a number beyond 64 bits`);
        return bigInteger(argument.value, verb, flags);
    }
    let text;
    if (argument.type === 'int64') text = sprintf_integer(argument.value, verb, flags);
    else if (argument.type === 'float64') text = sprintf_float(argument.value, verb, flags);
    else text = sprintf_string(argument.value, verb, flags);
    return text ?? `%!${verb}(${type}=${printArgument(argument, 'v', flags)})`;
}
/* ----------------------------------------------------------------- padding */ function pad(text, { width = 0, minus, zero }) {
    const missing = Math.max(width - [
        ...text
    ].length, 0);
    return minus ? text + ' '.repeat(missing) : (zero ? '0' : ' ').repeat(missing) + text;
}
const padWithSpaces = (text, flags)=>pad(text, {
        ...flags,
        zero: false
    });
/* ----------------------------------------------------------------- numbers */ const sprintf_BASES = {
    v: 10,
    d: 10,
    b: 2,
    o: 8,
    O: 8,
    x: 16,
    X: 16
};
/** null: no verb for whole numbers. */ function sprintf_integer(value, verb, flags) {
    const base = Object.hasOwn(sprintf_BASES, verb) ? sprintf_BASES[verb] : undefined;
    if (base !== undefined) return wholeNumber(value, base, verb, flags);
    // Go takes the bits as unsigned, and what is no character as U+FFFD.
    const code = value < 0n || value > 0x10ffffn ? 0xfffd : Number(value);
    const character = code >= 0xd800 && code < 0xe000 ? '\ufffd' : String.fromCodePoint(code);
    if (verb === 'c') return pad(character, flags);
    if (verb === 'q') return pad(quote(character, flags.plus, "'"), flags);
    return verb === 'U' ? unicode(BigInt.asUintN(64, value), flags) : null;
}
function wholeNumber(value, base, verb, flags) {
    const { sharp, zero, plus, minus, space, width, precision } = flags;
    const negative = value < 0n;
    let digits = (negative ? -value : value).toString(base);
    if (verb === 'X') digits = digits.toUpperCase();
    if (precision === 0 && value === 0n) return ' '.repeat(width ?? 0);
    let places = precision ?? 0;
    if (precision === undefined && zero && !minus && width !== undefined) {
        places = negative || plus || space ? width - 1 : width;
    }
    digits = digits.padStart(places, '0');
    if (sharp && base === 2) digits = `0b${digits}`;
    if (sharp && base === 8 && !digits.startsWith('0')) digits = `0${digits}`;
    if (sharp && base === 16) digits = `0${verb === 'X' ? 'X' : 'x'}${digits}`;
    if (verb === 'O') digits = `0o${digits}`;
    return padWithSpaces((negative ? '-' : plus ? '+' : space ? ' ' : '') + digits, flags);
}
function unicode(value, flags) {
    const digits = value.toString(16).toUpperCase().padStart(Math.max(flags.precision ?? 4, 4), '0');
    const shown = flags.sharp && value <= 0x10ffffn && !(value >= 0xd800n && value < 0xe000n);
    const character = shown ? String.fromCodePoint(Number(value)) : '';
    return padWithSpaces(`U+${digits}${shown && isPrintable(character) ? ` '${character}'` : ''}`, flags);
}
function bigInteger(value, verb, flags) {
    const base = verb === 's' ? 10 : Object.hasOwn(sprintf_BASES, verb) ? sprintf_BASES[verb] : null;
    if (base === null) return `%!${verb}(big.Int=${value})`;
    const [sharp, plus] = [
        flags.sharp || flags.sharpV,
        flags.plus || flags.plusV
    ];
    const sign = value < 0n ? '-' : plus ? '+' : flags.space ? ' ' : '';
    const prefixes = {
        b: '0b',
        o: '0',
        x: '0x',
        X: '0X'
    };
    const prefix = verb === 'O' ? '0o' : sharp ? prefixes[verb] ?? '' : '';
    let digits = (value < 0n ? -value : value).toString(base);
    if (verb === 'X') digits = digits.toUpperCase();
    digits = digits.padStart(flags.precision ?? 0, '0');
    const missing = Math.max((flags.width ?? 0) - sign.length - prefix.length - digits.length, 0);
    if (flags.minus) return sign + prefix + digits + ' '.repeat(missing);
    if (flags.zero && flags.precision === undefined) return sign + prefix + '0'.repeat(missing) + digits;
    return ' '.repeat(missing) + sign + prefix + digits;
}
/** null: no verb for floats. */ function sprintf_float(value, verb, flags) {
    if (verb === 'v') return floatAs(value, 'g', -1, verb, flags);
    if ('bgGxX'.includes(verb)) return floatAs(value, verb, -1, verb, flags);
    if ('feE'.includes(verb)) return floatAs(value, verb, 6, verb, flags);
    return verb === 'F' ? floatAs(value, 'f', 6, 'f', flags) : null;
}
function floatAs(value, format, usual, verb, flags) {
    const precision = flags.precision ?? usual;
    const text = formatFloat(value, format, precision);
    const sign = text.startsWith('-') ? '-' : flags.space && !flags.plus ? ' ' : '+';
    let digits = text.replace(/^-/, '');
    if (flags.sharp && verb !== 'b') digits = withPoint(digits, format, precision);
    if (!flags.plus && sign === '+') return pad(digits, flags);
    if (flags.zero && !flags.minus && (flags.width ?? 0) > digits.length + 1) {
        return sign + digits.padStart(flags.width - 1, '0');
    }
    return pad(sign + digits, flags);
}
/** `#` keeps the decimal point and the zeros behind it. */ function withPoint(number, format, precision) {
    const isHex = format === 'x' || format === 'X';
    const tailAt = number.search(isHex ? /[pP]/ : /[eE]/);
    const tail = tailAt < 0 ? '' : number.slice(tailAt);
    let body = tailAt < 0 ? number : number.slice(0, tailAt);
    let digits = 'gGx'.includes(format) ? precision === -1 ? 6 : precision : 0;
    const significant = body.replace('.', '').replace(/^0+/, '').length;
    digits -= significant;
    if (!body.includes('.')) {
        if (body === '0') digits--;
        body += '.';
    }
    return body + '0'.repeat(Math.max(digits, 0)) + tail;
}
/* ----------------------------------------------------------------- strings */ /** null: no verb for strings. */ function sprintf_string(value, verb, flags) {
    if (verb === 'v') return flags.sharpV ? quoted(value, flags) : formatString(value, flags);
    if (verb === 's') return formatString(value, flags);
    if (verb === 'x' || verb === 'X') return sprintf_hexadecimal(value, verb, flags);
    return verb === 'q' ? quoted(value, flags) : null;
}
const truncated = (text, { precision })=>precision === undefined ? text : [
        ...text
    ].slice(0, precision).join('');
const formatString = (text, flags)=>pad(truncated(text, flags), flags);
function quoted(text, flags) {
    const shown = truncated(text, flags);
    // What a Go string in backquotes can hold.
    const fits = [
        ...shown
    ].every((c)=>(c >= ' ' || c === '\t') && !'`\u007f\ufeff'.includes(c));
    if (flags.sharp && fits) return pad(`\`${shown}\``, flags);
    return pad(quote(shown, flags.plus), flags);
}
function sprintf_hexadecimal(text, verb, flags) {
    const bytes = bytesOf(text).subarray(0, flags.precision);
    const prefix = flags.sharp ? verb === 'X' ? '0X' : '0x' : '';
    const each = [
        ...bytes
    ].map((byte)=>byte.toString(16).padStart(2, '0'));
    const digits = verb === 'X' ? each.map((two)=>two.toUpperCase()) : each;
    const shown = flags.space ? digits.map((two)=>prefix + two).join(' ') : prefix + digits.join('');
    return pad(bytes.length === 0 ? '' : shown, flags);
}

;// CONCATENATED MODULE: ./build/src/rego/builtins/strings.js
/** `strings.*`, `indexof_n`, `hex.*`, `base64url.*`, `urlquery.*`, `sprintf` and the casts of Rego's first version. */ 




/** One string, or the strings of an array or a set. */ const stringsOf = (value)=>typeof value === 'string' ? [
        value
    ] : members(value).map(string);
const anyMatch = (matches)=>(search, base)=>{
        const [texts, affixes] = [
            stringsOf(search),
            stringsOf(base)
        ];
        return texts.some((text)=>affixes.some((affix)=>matches(text, affix)));
    };
/** Every place, in characters, overlapping ones too. */ function indices(text, search) {
    if (search === '') throw new BuiltinError('empty search character');
    const [characters, wanted] = [
        [
            ...text
        ],
        [
            ...search
        ]
    ];
    return characters.flatMap((_, i)=>wanted.every((c, j)=>characters[i + j] === c) ? [
            numberOf(i)
        ] : []);
}
/** Go's strings.Count: an empty text lies between all characters. */ const count = (text, search)=>search === '' ? [
        ...text
    ].length + 1 : text.split(search).length - 1;
const strings_split = (text, by)=>by === '' ? [
        ...text
    ] : text.split(by);
/** The first n parts; the last where n is negative. */ function splitN(text, by, n) {
    const parts = strings_split(text, by);
    return n < 0 ? parts.slice(Math.max(parts.length + n, 0)) : parts.slice(0, n);
}
function fromHex(text) {
    if (!/^([0-9a-fA-F]{2})*$/.test(text)) throw new BuiltinError('encoding/hex: invalid');
    return textOf(Uint8Array.from(text.match(/../g) ?? [], (two)=>Number.parseInt(two, 16)));
}
const hexOf = (bytes)=>[
        ...bytes
    ].map((byte)=>byte.toString(16).padStart(2, '0')).join('');
/** Go's url.QueryEscape. */ const strings_escape = (text)=>[
        ...bytesOf(text)
    ].map((byte)=>String.fromCharCode(byte)).map((c)=>/[A-Za-z0-9\-_.~]/.test(c) ? c : c === ' ' ? '+' : `%${hexOf(Uint8Array.of(c.charCodeAt(0))).toUpperCase()}`).join('');
/** Go's url.QueryUnescape. */ function strings_unescape(text) {
    if (/%(?![0-9a-fA-F]{2})/.test(text)) throw new BuiltinError('invalid URL escape');
    const bytes = [
        ...bytesOf(text.replaceAll('+', ' '))
    ];
    const out = [];
    for(let i = 0; i < bytes.length; i++){
        if (bytes[i] !== 0x25) out.push(bytes[i]);
        else out.push(Number.parseInt(String.fromCharCode(bytes[++i], bytes[++i]), 16));
    }
    return textOf(Uint8Array.from(out));
}
function encodeObject(value) {
    const pairs = value.entries.flatMap(([key, item])=>{
        // OPA reads the object as JSON first, in which every key is a text.
        const name = typeof key === 'string' ? key : toJson(key);
        return stringsOf(item).map((text)=>[
                name,
                text
            ]);
    });
    return [
        ...pairs
    ].sort(([a], [b])=>compareStrings(a, b)).map(([key, text])=>`${strings_escape(key)}=${strings_escape(text)}`).join('&');
}
function decodeObject(query) {
    const values = new Map();
    for (const pair of query.split('&')){
        if (pair.includes(';')) throw new BuiltinError('invalid semicolon separator in query');
        if (pair === '') continue;
        const at = pair.indexOf('=');
        const key = strings_unescape(at < 0 ? pair : pair.slice(0, at));
        const text = at < 0 ? '' : strings_unescape(pair.slice(at + 1));
        values.set(key, [
            ...values.get(key) ?? [],
            text
        ]);
    }
    return new RegoObject([
        ...values
    ]);
}
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
function base64url(bytes) {
    let out = '';
    for(let i = 0; i < bytes.length; i += 3){
        const group = [
            ...bytes.subarray(i, i + 3)
        ];
        const bits = (group[0] ?? 0) << 16 | (group[1] ?? 0) << 8 | (group[2] ?? 0);
        for(let k = 0; k <= group.length; k++)out += BASE64URL[bits >> 18 - 6 * k & 63];
    }
    return out;
}
const BASE64 = BASE64URL.replace('-_', '+/');
/** Standard base64, with padding, as Go's StdEncoding and URLEncoding read it: line ends are passed over. */ function fromBase64(text, alphabet) {
    const clean = text.replace(/[\r\n]/g, '');
    const found = /^([^=]*)(={0,2})$/.exec(clean);
    const letters = [
        ...found?.[1] ?? ''
    ].map((letter)=>alphabet.indexOf(letter));
    if (found === null || clean.length % 4 !== 0 || letters.includes(-1)) throw new BuiltinError('illegal base64 data');
    const bytes = [];
    let [bits, count] = [
        0,
        0
    ];
    for (const letter of letters){
        bits = (bits << 6 | letter) & 0xffff;
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes.push(bits >> count & 255);
    }
    return textOf(Uint8Array.from(bytes));
}
/** OPA adds the padding that some leave out. */ function fromBase64Url(text) {
    const length = bytesOf(text).length;
    if (text.endsWith('=') || length % 4 === 0) return fromBase64(text, BASE64URL);
    if (length % 4 === 1) throw new BuiltinError('illegal base64url string');
    return fromBase64(text + '='.repeat(4 - length % 4), BASE64URL);
}
function isBase64(text) {
    try {
        fromBase64(text, BASE64);
        return true;
    } catch (error) {
        if (error instanceof BuiltinError) return false;
        throw error;
    }
}
/** In characters; a negative length is all that follows. */ function substring(text, from, length) {
    if (from < 0) throw new BuiltinError('negative offset');
    const characters = [
        ...text
    ];
    return characters.slice(from, length < 0 ? undefined : from + length).join('');
}
/**
 * Go's strings.Replacer: from left to right, the first of `pairs` that stands there, without going over what was put in.
 * An empty pattern stands everywhere once.
 */ function replaceAll(text, pairs) {
    if (pairs.some(([old])=>old === '') && bytesOf(text).length > text.length) {
        // Go puts the new text between the bytes of a character too: what it gives is no text.
        throw new Error('an empty pattern is replaced in text that is not ASCII');
    }
    let out = '';
    let wasEmpty = false;
    for(let at = 0; at <= text.length;){
        const found = pairs.find(([old])=>(old !== '' || !wasEmpty) && text.startsWith(old, at));
        wasEmpty = found?.[0] === '';
        if (found !== undefined) {
            out += found[1];
            at += found[0].length;
        } else out += text[at++] ?? '';
    }
    return out;
}
function replaceN(patterns, text) {
    return replaceAll(text, patterns.entries.map(([old, by])=>[
            string(old),
            string(by)
        ]));
}
/** A template string: each part is a text, or a set with the value, empty where there is none. */ function template(parts) {
    return parts.map((part)=>{
        const value = part instanceof RegoSet ? part.members[0] : part;
        if (value === undefined) return '<undefined>';
        return typeof value === 'string' ? value : printValue(value);
    }).join('');
}
/** A cast of Rego's first version, which only checks the type. */ const cast = (type)=>(value)=>{
        if (value === undefined || typeName(value) !== type) throw new BuiltinError(`operand must be ${type}`);
        return value;
    };
/** What Go's glob escapes. */ const quoteMeta = (text)=>text.replace(/[?*\\[\]{}]/g, '\\$&');
const strings = {
    sprintf: (format, values)=>sprintf(string(format), array(values)),
    'strings.any_prefix_match': anyMatch((text, affix)=>text.startsWith(affix)),
    'strings.any_suffix_match': anyMatch((text, affix)=>text.endsWith(affix)),
    'strings.count': (text, search)=>numberOf(count(string(text), string(search))),
    'strings.split_n': (text, by, n)=>splitN(string(text), string(by), operands_int(n)),
    'internal.template_string': (parts)=>template(array(parts)),
    concat: (by, list)=>members(list).map(string).join(string(by)),
    replace: (text, old, by)=>replaceAll(string(text), [
            [
                string(old),
                string(by)
            ]
        ]),
    'strings.replace_n': (patterns, text)=>replaceN(object(patterns), string(text)),
    substring: (text, from, length)=>substring(string(text), operands_int(from), operands_int(length)),
    indexof: (text, search)=>indices(string(text), string(search))[0] ?? numberOf(-1),
    indexof_n: (text, search)=>indices(string(text), string(search)),
    'glob.quote_meta': (pattern)=>quoteMeta(string(pattern)),
    'hex.encode': (text)=>hexOf(bytesOf(string(text))),
    'hex.decode': (text)=>fromHex(string(text)),
    'base64url.encode_no_pad': (text)=>base64url(bytesOf(string(text))),
    'base64.decode': (text)=>fromBase64(string(text), BASE64),
    'base64.is_valid': (text)=>typeof text === 'string' && isBase64(text),
    'base64url.decode': (text)=>fromBase64Url(string(text)),
    'urlquery.encode': (text)=>strings_escape(string(text)),
    'urlquery.decode': (text)=>strings_unescape(string(text)),
    'urlquery.encode_object': (value)=>encodeObject(object(value)),
    'urlquery.decode_object': (query)=>decodeObject(string(query)),
    cast_array: (value)=>members(value),
    cast_set: (value)=>new RegoSet(members(value)),
    cast_string: cast('string'),
    cast_boolean: cast('boolean'),
    cast_null: cast('null'),
    cast_object: cast('object'),
    // Notes of a trace, which nobody keeps here.
    trace: (note)=>string(note) !== undefined
};

;// CONCATENATED MODULE: ./build/src/rego/builtins/time.js
/**
 * `time.*` of given moments, in UTC. `time.now_ns` is refused: a judgement must not depend on when it is made. So are the
 * layouts of `time.format` and `time.parse_ns`.
 */ 

const SECOND = 1_000_000_000n;
const LEAST = -(1n << 63n);
const time_MOST = (1n << 63n) - 1n;
/** What an int64 of nanoseconds holds. */ function nanoseconds(value) {
    if (value < LEAST || value > time_MOST) throw new BuiltinError('time outside of valid range');
    return numberOf(value);
}
/** Of a moment, or `[moment, zone]`. A zone other than UTC is no undefined value but a failure, which blocks. */ function moment(value) {
    const [ns, zone] = value !== undefined && isArray(value) ? value : [
        value
    ];
    if (zone !== undefined && string(zone) !== '' && zone !== 'UTC') {
        throw new Error(`time zone ${JSON.stringify(zone)}: policies are evaluated with UTC alone`);
    }
    const found = integer(ns);
    if (found < LEAST || found > time_MOST) throw new BuiltinError('timestamp too big');
    return found;
}
const floorDivide = (a, b)=>(a - (a % b + b) % b) / b;
const DAY = 86_400;
function partsOf(ns) {
    const seconds = floorDivide(ns, SECOND);
    const days = Number(floorDivide(seconds, BigInt(DAY)));
    const rest = Number(seconds - BigInt(days) * BigInt(DAY));
    const { year, month, day } = civil(days);
    return {
        year,
        month,
        day,
        clock: [
            Math.floor(rest / 3600),
            Math.floor(rest / 60) % 60,
            rest % 60
        ],
        weekday: ((days + 4) % 7 + 7) % 7,
        fraction: ns - seconds * SECOND
    };
}
/** Days since 1970-01-01 of a date, whose month and day may be out of bounds. After Hinnant's days_from_civil. */ function daysOf(year, month, day) {
    const y = year + Math.floor((month - 1) / 12);
    const m = ((month - 1) % 12 + 12) % 12 + 1;
    const shifted = m <= 2 ? y - 1 : y;
    const era = Math.floor(shifted / 400);
    const ofEra = shifted - era * 400;
    const ofYear = Math.floor((153 * (m + (m > 2 ? -3 : 9)) + 2) / 5) + day - 1;
    return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}
function civil(days) {
    const z = days + 719_468;
    const era = Math.floor(z / 146_097);
    const doe = z - era * 146_097;
    const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36_524) - Math.floor(doe / 146_096)) / 365);
    const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100));
    const mp = Math.floor((5 * doy + 2) / 153);
    const month = mp < 10 ? mp + 3 : mp - 9;
    return {
        year: yoe + era * 400 + (month <= 2 ? 1 : 0),
        month,
        day: doy - Math.floor((153 * mp + 2) / 5) + 1
    };
}
function nanosecondsOf(days, [hour, minute, second], fraction) {
    return (BigInt(days) * BigInt(DAY) + BigInt(hour * 3600 + minute * 60 + second)) * SECOND + fraction;
}
/** Go's time.Parse with RFC 3339: hours may have one digit, a comma may stand for the point. */ const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{1,2}):(\d{2}):(\d{2})([.,]\d+)?(?:Z|([+-])(\d{2}):(\d{2}))$/;
function parseRfc3339(text) {
    const found = RFC3339.exec(text);
    if (found === null) throw new BuiltinError(`parsing time ${JSON.stringify(text)}`);
    const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number);
    const [offsetHours, offsetMinutes] = [
        Number(found[9] ?? 0),
        Number(found[10] ?? 0)
    ];
    const lastDay = month >= 1 && month <= 12 ? daysOf(year, month + 1, 1) - daysOf(year, month, 1) : 0;
    if (day < 1 || day > lastDay || hour > 23 || minute > 59 || second > 59) throw new BuiltinError('out of range');
    if (offsetHours > 24 || offsetMinutes > 60) throw new BuiltinError('out of range');
    const fraction = BigInt((found[7] ?? '.').slice(1).slice(0, 9).padEnd(9, '0'));
    const offset = BigInt((offsetHours * 60 + offsetMinutes) * 60) * SECOND * (found[8] === '-' ? -1n : 1n);
    return nanoseconds(nanosecondsOf(daysOf(year, month, day), [
        hour,
        minute,
        second
    ], fraction) - offset);
}
const UNITS = {
    ns: 1n,
    us: 1_000n,
    µs: 1_000n,
    μs: 1_000n,
    ms: 1_000_000n,
    s: SECOND,
    m: 60n * SECOND,
    h: 3600n * SECOND
};
const HOURS = {
    d: 24,
    w: 7 * 24,
    y: 365 * 24
};
/** `1h30m`, and OPA's days, weeks and years. */ function duration(text) {
    const wrong = ()=>{
        throw new BuiltinError(`time: invalid duration ${JSON.stringify(text)}`);
    };
    if (/^[+-]?0$/.test(text)) return numberOf(0);
    const negative = text.startsWith('-');
    let rest = text.replace(/^[+-]/, '');
    if (rest === '') return wrong();
    let total = 0n;
    while(rest !== ''){
        const found = /^(\d*)(?:\.(\d*))?([^\d.]+)/.exec(rest);
        if (found === null || found[1] === '' && (found[2] ?? '') === '') return wrong();
        const [all, whole = '', fraction = '', unit = ''] = found;
        rest = rest.slice(all.length);
        const hours = Object.hasOwn(HOURS, unit) ? HOURS[unit] : undefined;
        const [digits, behind, factor] = hours === undefined ? [
            whole,
            fraction,
            Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined
        ] : [
            ...time_split(Number(`${whole}.${fraction}`) * hours),
            UNITS['h']
        ];
        if (factor === undefined) return wrong();
        const value = BigInt(digits || '0');
        if (value > 1n << 63n || value > (1n << 63n) / factor) return wrong();
        total += value * factor + fractionOf(behind, factor);
        if (total > 1n << 63n) return wrong();
    }
    if (!negative && total > time_MOST) return wrong();
    return numberOf(negative ? -total : total);
}
/** As decimal digits before and behind the point. */ function time_split(value) {
    const [whole = '0', fraction = ''] = value.toLocaleString('en-US', {
        useGrouping: false,
        maximumFractionDigits: 20
    }).split('.');
    return [
        whole,
        fraction
    ];
}
/** With the rounding of Go's floats. */ function fractionOf(digits, unit) {
    let [value, scale] = [
        0n,
        1
    ];
    for (const digit of digits){
        // Go stops reading where an int64 would overflow.
        if (value > time_MOST / 10n) break;
        const next = value * 10n + BigInt(digit);
        if (next > 1n << 63n) break;
        value = next;
        scale *= 10;
    }
    return value === 0n ? 0n : BigInt(Math.trunc(Number(value) * (Number(unit) / scale)));
}
function addDate(ns, years, months, days) {
    const { year, month, day, clock, fraction } = partsOf(ns);
    return nanoseconds(nanosecondsOf(daysOf(year + years, month + months, day) + days, clock, fraction));
}
/** Years, months, days, hours, minutes and seconds between two moments. */ function time_difference(a, b) {
    const [from, to] = (a <= b ? [
        a,
        b
    ] : [
        b,
        a
    ]).map(partsOf);
    let [year, month, day] = [
        to.year - from.year,
        to.month - from.month,
        to.day - from.day
    ];
    let [hour, minute, second] = to.clock.map((value, i)=>value - from.clock[i]);
    if (second < 0) [second, minute] = [
        second + 60,
        minute - 1
    ];
    if (minute < 0) [minute, hour] = [
        minute + 60,
        hour - 1
    ];
    if (hour < 0) [hour, day] = [
        hour + 24,
        day - 1
    ];
    if (day < 0) {
        day += daysOf(from.year, from.month + 1, 1) - daysOf(from.year, from.month, 1);
        month--;
    }
    if (month < 0) [month, year] = [
        month + 12,
        year - 1
    ];
    return [
        year,
        month,
        day,
        hour,
        minute,
        second
    ].map(numberOf);
}
const WEEKDAYS = [
    'Sunday',
    'Monday',
    'Tuesday',
    'Wednesday',
    'Thursday',
    'Friday',
    'Saturday'
];
const time = {
    'time.parse_rfc3339_ns': (text)=>parseRfc3339(string(text)),
    'time.parse_duration_ns': (text)=>duration(string(text)),
    'time.date': (at)=>{
        const { year, month, day } = partsOf(moment(at));
        return [
            year,
            month,
            day
        ].map(numberOf);
    },
    'time.clock': (at)=>partsOf(moment(at)).clock.map(numberOf),
    'time.weekday': (at)=>WEEKDAYS[partsOf(moment(at)).weekday],
    'time.add_date': (at, years, months, days)=>addDate(moment(at), operands_int(years), operands_int(months), operands_int(days)),
    'time.diff': (a, b)=>time_difference(moment(a), moment(b))
};

;// CONCATENATED MODULE: ./build/src/host/rego-builtins.js
/** Every builtin that the host evaluates for policies; hashes are the machine's. */ 








const hash = (algorithm)=>(text)=>(0,external_node_crypto_.createHash)(algorithm).update(string(text)).digest('hex');
const hmac = (algorithm)=>(text, key)=>(0,external_node_crypto_.createHmac)(algorithm, string(key)).update(string(text)).digest('hex');
const rego_builtins_crypto = {
    'crypto.md5': hash('md5'),
    'crypto.sha1': hash('sha1'),
    'crypto.sha256': hash('sha256'),
    'crypto.hmac.md5': hmac('md5'),
    'crypto.hmac.sha1': hmac('sha1'),
    'crypto.hmac.sha256': hmac('sha256'),
    'crypto.hmac.sha512': hmac('sha512'),
    'crypto.hmac.equal': (a, b)=>string(a) === string(b)
};
const BUILTINS = {
    ...strings,
    ...arithmetic,
    ...regex,
    ...numbers,
    ...objects,
    ...net,
    ...time,
    ...rego_builtins_crypto
};

;// CONCATENATED MODULE: ./build/src/rego/compiled-builtins.js
/**
 * The builtins that OPA compiles into a policy of WebAssembly (internal/compiler/wasm/wasm.go of OPA 1.22.0), and
 * `print`, which it takes away.
 */ const COMPILED_BUILTINS = [
    'abs',
    'all',
    'and',
    'any',
    'array.concat',
    'array.flatten',
    'array.reverse',
    'array.slice',
    'assign',
    'base64.decode',
    'base64.encode',
    'base64.is_valid',
    'base64url.decode',
    'base64url.encode',
    'bits.and',
    'bits.lsh',
    'bits.negate',
    'bits.or',
    'bits.rsh',
    'bits.xor',
    'ceil',
    'concat',
    'contains',
    'count',
    'div',
    'endswith',
    'eq',
    'equal',
    'floor',
    'format_int',
    'glob.match',
    'graph.reachable',
    'gt',
    'gte',
    'indexof',
    'internal.member_2',
    'internal.member_3',
    'internal.template_string',
    'intersection',
    'is_array',
    'is_boolean',
    'is_null',
    'is_number',
    'is_object',
    'is_set',
    'is_string',
    'json.filter',
    'json.is_valid',
    'json.marshal',
    'json.remove',
    'json.unmarshal',
    'lower',
    'lt',
    'lte',
    'max',
    'min',
    'minus',
    'mul',
    'neq',
    'net.cidr_contains',
    'net.cidr_intersects',
    'net.cidr_overlap',
    'numbers.range',
    'object.filter',
    'object.get',
    'object.keys',
    'object.remove',
    'object.union',
    'object.union_n',
    'or',
    'plus',
    'product',
    're_match',
    'regex.find_all_string_submatch_n',
    'regex.is_valid',
    'regex.match',
    'rem',
    'replace',
    'round',
    'set_diff',
    'sort',
    'split',
    'startswith',
    'strings.replace_n',
    'strings.reverse',
    'substring',
    'sum',
    'to_number',
    'trim',
    'trim_left',
    'trim_prefix',
    'trim_right',
    'trim_space',
    'trim_suffix',
    'type_name',
    'union',
    'upper',
    'walk',
    'print'
];

;// CONCATENATED MODULE: ./build/src/host/rego-offered.js
/** The builtins that policies may use: those that OPA compiles into WebAssembly, and those of this host. */ 

const OFFERED_BUILTINS = [
    ...new Set([
        ...COMPILED_BUILTINS,
        ...Object.keys(BUILTINS)
    ])
].sort();

;// CONCATENATED MODULE: ./build/src/host/rego.js
/**
 * Custom policies on this machine: compiled by OPA's own compiler, kept by content, and evaluated in a worker with a limit
 * of time and of memory. What goes wrong with a policy is data, never an exception.
 */ 







/** Of what is kept: a change of the format or of `rebind` makes everything anew. */ const FORMAT = 1;
const TIME_LIMIT_MS = 10_000;
const MEMORY_LIMIT_MIB = 256;
const PAGES_PER_MIB = 16;
/** For requests, answers and builtins, beside the values of a unit. */ const HEAP_MEGABYTES = 512;
function createRego(options) {
    const { timeLimitMs = TIME_LIMIT_MS, memoryLimitMiB = MEMORY_LIMIT_MIB } = options;
    let engine;
    async function compile(units) {
        const compiled = [];
        const problems = [];
        for (const unit of units){
            engine ??= (0,promises_.readFile)(new URL('engines.json', options.engineFolder), 'utf8');
            const key = keyOf(unit, await engine);
            const kept = options.cache === null ? null : moduleOf(options.cache.read(key));
            if (kept !== null) {
                compiled.push({
                    unit,
                    module: kept
                });
                continue;
            }
            const { modules, entrypoints, regoVersion } = unit;
            const { errors, wasm } = await options.engines.compileRego({
                modules,
                entrypoints,
                regoVersion,
                builtins: OFFERED_BUILTINS
            });
            problems.push(...errors.map((error)=>compileProblem(error, unit)));
            if (wasm === null) continue;
            const bound = rebind(wasm, HANDED_OVER);
            options.cache?.write(key, bound);
            compiled.push({
                unit,
                module: new WebAssembly.Module(bound)
            });
        }
        return {
            compiled,
            problems
        };
    }
    async function evaluate(compiled, evaluations, data) {
        const positions = new Map(compiled.map(({ unit }, i)=>[
                unit,
                i
            ]));
        const batches = batchesOf(evaluations, positions);
        const results = batches.map(()=>undefined);
        /** `unit entrypoint` → why it is not evaluated again. */ const givenUp = new Map();
        for(let pending = batches.map((_, i)=>i); pending.length > 0;){
            const work = {
                modules: compiled.map(({ module })=>module),
                data: compiled.map(({ unit })=>JSON.stringify({
                        ...unit.data,
                        ...data.get(unit)
                    })),
                batches: pending.map((i)=>rego_without(batches[i], givenUp)),
                progress: new SharedArrayBuffer(8),
                maximumPages: memoryLimitMiB * PAGES_PER_MIB
            };
            const { failure } = await runWorker(options.workerUrl, work, timeLimitMs, (batch, found)=>{
                const at = pending[batch];
                results[at] = withGivenUp(batches[at], found, givenUp);
            });
            if (failure !== null) {
                const batch = work.batches[failure.batch];
                const entrypoint = batch.entrypoints[failure.entrypoint];
                if (entrypoint === undefined) throw new Error(`the worker for policies failed: ${failure.reason}`);
                // Once is enough: on every other resource it would take as long.
                givenUp.set(nameOf(batch.unit, entrypoint), failure.reason);
            }
            pending = pending.filter((i)=>results[i] === undefined);
        }
        return results.flatMap((each)=>each ?? []);
    }
    return {
        compile,
        evaluate
    };
}
/** Everything that a compiled unit is made from. */ function keyOf({ regoVersion, modules, entrypoints }, engine) {
    const parts = [
        FORMAT,
        engine,
        regoVersion,
        modules,
        entrypoints,
        OFFERED_BUILTINS,
        HANDED_OVER
    ];
    return `${(0,external_node_crypto_.createHash)('sha256').update(JSON.stringify(parts)).digest('hex')}.policy.wasm`;
}
/** Null: not kept, or no module. */ function moduleOf(bytes) {
    if (bytes === null) return null;
    try {
        return new WebAssembly.Module(bytes);
    } catch  {
        // No module, whatever its digest says: it is made again.
        return null;
    }
}
/** OPA calls a builtin that is not offered a function that is not defined. */ function compileProblem({ file, row, column, message }, unit) {
    const place = unit.placeOf?.({
        file,
        row,
        column
    }) ?? {
        file,
        row,
        column
    };
    const builtin = /^undefined function (\S+)$/.exec(message)?.[1];
    const refused = builtin !== undefined && builtin.includes('.') && !Object.hasOwn(unit.modules, builtin);
    const reason = refused ? `${message}: policies here have no such builtin, or it is refused` : message;
    const shown = place.column > 0 ? `column ${place.column}: ` : '';
    return (0,custom/* problem */.C)(place.file === '' ? unit.name : place.file, place.row > 0 ? place.row : null, `Rego: ${shown}${reason}`);
}
/** Evaluations of one unit on the same input that follow each other are a batch. */ function batchesOf(evaluations, positions) {
    const batches = [];
    for (const { unit, entrypoint, input } of evaluations){
        const position = positions.get(unit);
        if (position === undefined) throw new Error(`${unit.name} is not compiled`);
        const last = batches.at(-1);
        if (last !== undefined && last.unit === position && last.input === input) last.entrypoints.push(entrypoint);
        else batches.push({
            unit: position,
            entrypoints: [
                entrypoint
            ],
            input
        });
    }
    return batches;
}
const nameOf = (unit, entrypoint)=>`${unit} ${entrypoint}`;
function rego_without(batch, givenUp) {
    const entrypoints = batch.entrypoints.filter((entrypoint)=>!givenUp.has(nameOf(batch.unit, entrypoint)));
    return {
        ...batch,
        entrypoints
    };
}
/** The results of what was evaluated, and why the rest was not, in the batch's order. */ function withGivenUp(batch, found, givenUp) {
    const left = [
        ...found
    ];
    return batch.entrypoints.map((entrypoint)=>{
        const reason = givenUp.get(nameOf(batch.unit, entrypoint));
        return reason === undefined ? left.shift() : {
            error: reason
        };
    });
}
function runWorker(url, work, timeLimitMs, heard) {
    const worker = new external_node_worker_threads_.Worker((0,external_node_url_.fileURLToPath)(url), {
        resourceLimits: {
            maxOldGenerationSizeMb: HEAP_MEGABYTES
        },
        stderr: true,
        stdout: true,
        env: {},
        execArgv: []
    });
    const progress = new Int32Array(work.progress);
    const whereabouts = ()=>`${Atomics.load(progress, 0)} ${Atomics.load(progress, 1)}`;
    return new Promise((resolve)=>{
        let [before, since] = [
            whereabouts(),
            performance.now()
        ];
        const watch = setInterval(()=>{
            const now = whereabouts();
            if (now !== before) [before, since] = [
                now,
                performance.now()
            ];
            else if (performance.now() - since > timeLimitMs) end(`it took longer than ${timeLimitMs / 1000} seconds`);
        }, Math.min(timeLimitMs / 4, 250));
        const end = (reason)=>{
            clearInterval(watch);
            const failure = reason === null ? null : {
                reason,
                batch: Atomics.load(progress, 0),
                entrypoint: Atomics.load(progress, 1)
            };
            void worker.terminate().then(()=>resolve({
                    failure
                }));
        };
        worker.on('message', (message)=>{
            if (message.batch === null) end(null);
            else heard(message.batch, message.results);
        });
        worker.on('error', (error)=>end(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'the limit of memory was reached' : error.message));
        worker.postMessage(work);
    });
}


/***/ })

};
