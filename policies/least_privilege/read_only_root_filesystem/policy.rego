# METADATA
# scope: package
# title: "Writable root file system"
# description: "Whoever breaks into a container with a writable root file system can change its programs and leave tools behind."
# related_resources:
#   - https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
#   - https://cheatsheetseries.owasp.org/cheatsheets/Kubernetes_Security_Cheat_Sheet.html
# custom:
#   severity: medium
#   stage: 2
#   judges: [pod]
#   remediation: "Set securityContext.readOnlyRootFilesystem to true, and mount an emptyDir where the application writes."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.9: J, A.8.27: J}
#     gdpr: {Art. 25(1): J, Art. 32(1)(b): J}
package policies.least_privilege.read_only_root_filesystem

import data.lib.pod

findings contains {
	"path": container.security.readOnlyRootFilesystem.path,
	"message": $"container {container.name} may write to its root file system",
	"fix": {"set": true},
} if {
	some container in input.pod.containers
	_writable(container)
	not _left_to_operator(container)
}

unknowns contains {
	"path": container.security.readOnlyRootFilesystem.path,
	"message": $"whether container {container.name} may write to its root file system is left to its operator",
} if {
	some container in input.pod.containers
	_writable(container)
	_left_to_operator(container)
}

# On Windows the API server refuses the field.
_writable(container) if {
	not pod.windows
	container.security.readOnlyRootFilesystem.value != true
}

_left_to_operator(container) if {
	input.pod.partial
	container.security.readOnlyRootFilesystem.value == null
}
