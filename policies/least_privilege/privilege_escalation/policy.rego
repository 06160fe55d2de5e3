# METADATA
# scope: package
# title: "Privilege escalation"
# description: "A process that may gain more privileges than its parent turns any set-user-ID binary of the image into a way to root."
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/pod-security-standards/
# custom:
#   severity: medium
#   stage: 2
#   judges: [pod]
#   remediation: "Set securityContext.allowPrivilegeEscalation to false in every container."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.9: J, A.8.2: P, A.8.27: J}
#     gdpr: {Art. 25(1): J, Art. 32(1)(b): J}
package policies.least_privilege.privilege_escalation

import data.lib.pod

findings contains {
	"path": container.security.allowPrivilegeEscalation.path,
	"message": $"container {container.name} may gain more privileges than it starts with",
	"fix": {"set": false},
} if {
	some container in input.pod.containers
	_escalates(container)
	not _left_to_operator(container)
}

unknowns contains {
	"path": container.security.allowPrivilegeEscalation.path,
	"message": $"whether container {container.name} may gain privileges is left to its operator",
} if {
	some container in input.pod.containers
	_escalates(container)
	_left_to_operator(container)
}

# On Windows the API server refuses the field.
_escalates(container) if {
	not pod.windows
	container.security.allowPrivilegeEscalation.value != false
}

_left_to_operator(container) if {
	input.pod.partial
	container.security.allowPrivilegeEscalation.value == null
}
