/**
 * The builtins that OPA compiles into WebAssembly and that are taken from there, because they do not give what OPA gives
 * (conformance/rego/builtins.mjs shows it). `symbol` is their function in OPA's C.
 */
import type { CompiledBuiltin } from './rebind.js'

interface HandedOver extends CompiledBuiltin {
  readonly name: string
}

const of = (name: string, symbol: string, operands: 1 | 2 | 3): HandedOver => ({ name, symbol, operands })

export const HANDED_OVER: readonly HandedOver[] = [
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
  of('net.cidr_intersects', 'opa_cidr_intersects', 2),
]
