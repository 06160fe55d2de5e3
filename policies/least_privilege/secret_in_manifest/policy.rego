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

import data.lib.words

findings contains {
	"path": [field],
	"message": $"the Secret has its values in the repository: {words.listed(sort(keys))}",
} if {
	some field in ["data", "stringData"]
	keys := {written.name | some written in input.facts.secrets.written; written.path[0] == field}
	count(keys) > 0
}
