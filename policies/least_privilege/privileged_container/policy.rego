# METADATA
# scope: package
# title: "Privileged container"
# description: "A privileged container holds every capability and every device of its node: whoever breaks into it owns the node and every pod on it."
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/pod-security-standards/
# custom:
#   severity: critical
#   stage: 1
#   judges: [pod]
#   remediation: "Set securityContext.privileged to false, or leave it out, and add only the capabilities the container needs."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.9: J, A.8.2: P, A.8.27: J}
#     gdpr: {Art. 25(1): J, Art. 32(1)(b): J}
package policies.least_privilege.privileged_container

findings contains {
	"path": container.security.privileged.path,
	"message": $"container {container.name} is privileged",
	"fix": {"set": false},
} if {
	some container in input.pod.containers
	container.security.privileged.value == true
}
