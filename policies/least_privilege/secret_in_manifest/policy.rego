# METADATA
# scope: package
# title: "Secret committed"
# description: "base64 is no encryption: whoever reads the repository, its clones and its backups has the secret, and deleting the file does not take it out of the history."
# related_resources:
#   - https://kubernetes.io/docs/concepts/configuration/secret/
#   - https://kubernetes.io/docs/concepts/security/secrets-good-practices/
# custom:
#   severity: high
#   stage: 1
#   judges: [Secret]
#   remediation: "Create the Secret outside the repository (External Secrets, Secrets Store CSI driver), or encrypt it (SOPS, Sealed Secrets); change what was committed."
#   owner: app
#   controls:
#     iso-27001-2022: {A.5.17: J, A.8.24: J, A.8.3: P, A.8.12: J}
#     gdpr: {Art. 32(1)(a): J, Art. 32(1)(b): J}
package policies.least_privilege.secret_in_manifest

findings contains {
	"path": [field],
	"message": $"the Secret has its values in the repository: {concat(", ", sort(keys))}",
} if {
	# SOPS leaves its mark beside what it encrypted.
	not input.resource.sops
	some field, decode in {"data": true, "stringData": false}
	keys := {key |
		some key, value in input.resource[field]
		not _public(key)
		_written_out(value, decode)
	}
	count(keys) > 0
}

# Certificates are for everyone to see.
_public(key) if regex.match(`(?i)(^ca|\.crt|\.cer|\.pub|_pub)$|^ca[.-]|(^|[._-])ca-(bundle|cert)`, key)

_written_out(value, true) if {
	not _filled_in_later(value)
	not _filled_in_later(base64.decode(value))
}

# What is no base64 is refused by the API server, and is in the repository nevertheless.
_written_out(value, true) if {
	not base64.is_valid(value)
	not _filled_in_later(value)
}

_written_out(value, false) if not _filled_in_later(value)

# Empty, or a reference that another tool replaces: Argo CD Vault plugin, vals, envsubst, Bank-Vaults, SOPS.
_filled_in_later(value) if {
	regex.match(`^\s*$|^<[^<>]*>$|^\$\{[^{}]*\}$|^\$\([^()]*\)$|^\{\{.*\}\}$|^(vault:|ref\+|ENC\[|op://)`, value)
}
