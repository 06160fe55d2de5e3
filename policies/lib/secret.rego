# What counts as a secret written out. Precise before complete: a secret scanner reads what this leaves.
package lib.secret

# A value that is a credential whatever it is called: private keys, tokens by their issuers' prefixes, URLs with a
# password in them.
credential(value) if regex.match(_credentials, value)

# A value that is one because of its name.
named(name, value) if {
	regex.match(_secret_names, name)
	not regex.match(_other_names, name)
	not _harmless(name, value)
}

# A password assigned in a configuration file.
assigned(text) if {
	contains(lower(text), "passw")
	some line in split(text, "\n")
	regex.match(_assignment, line)
	not regex.match(_no_assignment, line)
}

# Names of files are not names of values.
file_name(name) if regex.match(_file_names, name)

_file_names := `(?i)\.(ya?ml|json|conf|cfg|cnf|config|ini|properties|toml|xml|sh|bash|py|js|ts|lua|rb|go|php|sql|md|txt|tpl|tmpl|template|j2|hcl|rego|rules|html?|css|csv|groovy|crt|cer|pem)$`

_harmless(_, value) if regex.match(_harmless_values, value)

# A number is a limit or a lifetime, except as a password.
_harmless(name, value) if {
	regex.match(`^[0-9.]{0,12}(ms|s|m|h|d|Mi|Gi)?$`, value)
	not regex.match(`(?i)pass|pwd`, name)
}

_credentials := concat("|", [
	`-BEGIN\s+([A-Z0-9]+\s+)*PRIVATE KEY( BLOCK)?-`,
	`\b(AKIA|ASIA)[0-9A-Z]{16}\b`,
	`\bgh[pousr]_[A-Za-z0-9]{36}`,
	`\bgithub_pat_[A-Za-z0-9_]{40}`,
	`\bglpat-[A-Za-z0-9_-]{20}`,
	`\bxox[abeprs]-[A-Za-z0-9-]{10}`,
	`\b[sr]k_live_[A-Za-z0-9]{16}`,
	`\bAIza[0-9A-Za-z_-]{35}`,
	`\bhvs\.[A-Za-z0-9_-]{24}`,
	`\bnpm_[A-Za-z0-9]{36}`,
	`\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}`,
	`(?i)\b(AccountKey|SharedAccessKey)=[A-Za-z0-9+/]{40,}`,
	`\b[a-z][a-z0-9+.-]*://[^\s/:@"'$<{]*:[^\s/:@"'$<{*]+@[A-Za-z0-9.-]`,
])

_secret_names := concat("|", [
	`(?i)pass(word|wd|phrase|code)`,
	`(?i)secret`,
	`(?i)token`,
	`(?i)bearer`,
	`(?i)credential`,
	`(?i)(api|access|private|encryption|signing|master|auth|account)[_.-]?key`,
	`(?i)(^|[_.-])pwd$`,
	`(?i)^AZURE_.+KEY$`,
	`(?i)^OCI_CLI_KEY_CONTENT$`,
])

# Names that say something about a secret: where it is, how long it lives, what it is called.
_other_names := concat("|", [
	`(?i)[_.-]?(file|path|dir|directory|folder|url|uri|endpoint|host|port|name|ref|reference|length|policy|policies)s?$`,
	`(?i)[_.-]?(enabled?|disabled?|required|allowed|timeout|expiry|expires?([_.-]?(at|in))?|expiration|duration)$`,
	`(?i)[_.-]?(lifetime|interval|algorithm|issuer|audience|header|namespace|provider|manager|engine|backend|version)$`,
	`(?i)[_.-](ttl|age|id|ids|type|count|limit|size|min|max|len|class|store|format|prefix|suffix|field|column|claim)$`,
	`(?i)^(max|min|num|enable|disable|use|require|allow|validate)[_.-]`,
	`(?i)tokens$|tokeni[sz]er|_tokens_|secretary`,
	`(?i)public[_.-]?key`,
	`(Id|Ttl|Type|Count|Limit|Size|Min|Max|Age)$`,
])

# Switches, paths, addresses, and what something else fills in.
_harmless_values := concat("|", [
	`^\s*$`,
	`(?i)^(true|false|yes|no|on|off|none|null|nil|enabled|disabled|required|optional|string)$`,
	`^\.{0,2}/`,
	`^[a-z][a-z0-9+.-]*://`,
	`^\$\(.*\)$|\$\{|\{\{|^<.*>$|^\[.*\]$|^%[A-Za-z_(]`,
	`^(vault:|ref\+|ENC[(\[]|arn:|projects/|gcp:///|awssm:|op://)`,
	`^\*+$`,
])

_assignment := `(?i)^\s*(export\s+|-\s+)?["']?[a-z0-9_.-]*(password|passphrase)["']?\s*[:=]\s*["']?[^\s"'$<{%#!&*|>\[(,;\\][^\s"'$<{]{2,}`

_no_assignment := `(?i)[:=]\s*["']?(true|false|yes|no|null|none|nil|string|required|optional|undefined|/|[a-z]+://|vault:|ref\+|ENC[(\[])`
