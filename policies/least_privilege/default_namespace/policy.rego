# METADATA
# scope: package
# title: "Default namespace"
# description: "What lies in the default namespace shares its permissions, its network policies and its quota with everything that nobody placed."
# related_resources:
#   - https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/
# custom:
#   severity: low
#   stage: 1
#   judges: [pod, Service, ConfigMap, Secret, ServiceAccount, PersistentVolumeClaim]
#   remediation: "State a namespace of the application's own."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.9: J, A.8.3: P}
#     gdpr: {Art. 25(2): J}
package policies.least_privilege.default_namespace

import data.lib.words

# Where no namespace is stated, whoever deploys decides, and nobody said default.
findings contains {
	"path": ["metadata", "namespace"],
	"message": $"{words.subject} is deployed to the default namespace",
} if {
	input.declared
	input.namespace == "default"
}
