# METADATA
# scope: package
# title: "Secret in a ConfigMap"
# description: "A ConfigMap is read by far more people and programs than a Secret, is not encrypted at rest, and is printed by every tool that describes it."
# related_resources:
#   - https://kubernetes.io/docs/concepts/configuration/configmap/
#   - https://kubernetes.io/docs/concepts/security/secrets-good-practices/
# custom:
#   severity: high
#   stage: 1
#   judges: [ConfigMap]
#   remediation: "Move the value to a Secret that is created outside the repository, and change the one that was committed."
#   owner: app
#   controls:
#     iso-27001-2022: {A.5.17: J, A.8.24: J, A.8.3: P, A.8.12: J}
#     gdpr: {Art. 32(1)(a): J, Art. 32(1)(b): J}
package policies.least_privilege.secret_in_configmap

findings contains {
	"path": written.path,
	"message": $"key {written.name} of the ConfigMap {_says[written.what]}",
} if {
	some written in input.facts.secrets.written
}

_says := {
	"credential": "holds a credential",
	"assignment": "holds a password",
	"name": "has the name of a secret and a value",
}
