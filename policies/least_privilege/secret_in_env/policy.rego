# METADATA
# scope: package
# title: "Secret in the environment"
# description: "A secret written into a manifest is in the history of the repository for ever; in the environment it is in every child process, crash report and debug page."
# related_resources:
#   - https://kubernetes.io/docs/concepts/configuration/secret/
#   - https://kubernetes.io/docs/concepts/security/secrets-good-practices/
# custom:
#   severity: high
#   stage: 1
#   judges: [pod]
#   remediation: "Keep the value in a Secret that is created outside the repository, mounted as a file; change the one that was committed."
#   owner: app
#   controls:
#     iso-27001-2022: {A.5.17: J, A.8.24: J, A.8.3: P, A.8.12: J}
#     gdpr: {Art. 32(1)(a): J, Art. 32(1)(b): J}
#   parameters:
#     references:
#       type: boolean
#       default: true
#       description: "Whether to advise where a variable is read from a Secret."
package policies.least_privilege.secret_in_env

import data.lib.words

findings contains {
	"path": written.path,
	"message": $"container {written.container} has a secret written out in variable {written.name}",
} if {
	some written in input.facts.secrets.written
	written.container != null
}

# CIS 5.4.1: files before variables. Whether the application can read files is decided where it is written.
findings contains {
	"path": array.concat(container.path, [field]),
	"message": $"container {container.name} reads secrets from environment variables: {words.listed(sort(names))}",
	"elsewhere": true,
	"advises": "whether its program can read files is decided where that is written",
} if {
	data.parameters["least-privilege/secret-in-env"].references == true
	some container in input.pod.containers
	some field in ["env", "envFrom"]
	names := _references(container, field)
	count(names) > 0
}

_references(container, "env") := {variable.name |
	some variable in container.spec.env
	variable.valueFrom.secretKeyRef != null
}

_references(container, "envFrom") := {$"all of Secret {object.get(source.secretRef, "name", "")}" |
	some source in container.spec.envFrom
	source.secretRef != null
}
