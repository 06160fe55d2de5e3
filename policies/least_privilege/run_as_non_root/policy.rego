# METADATA
# scope: package
# title: "May run as root"
# description: "Root inside a container is root to every file it mounts and one kernel bug away from root on the node."
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/pod-security-standards/
#   - https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
# custom:
#   severity: high
#   stage: 2
#   judges: [pod]
#   remediation: "Set securityContext.runAsNonRoot to true on the pod, with an image whose user is not root."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.9: J, A.8.2: P, A.8.27: J}
#     gdpr: {Art. 25(1): J, Art. 32(1)(b): J}
package policies.least_privilege.run_as_non_root

import data.lib.pod

findings contains {
	"path": setting.path,
	"message": $"{setting.subject} may run as root",
	"fix": {"set": true},
} if {
	some setting in pod.may_run_as_root
	not _left_to_operator(setting)
}

# The kubelet refuses to start what contradicts itself.
findings contains {
	"path": container.security.runAsUser.path,
	"message": $"container {container.name} is told to run as root and not to, so it will not start",
} if {
	not pod.user_namespace
	some container in input.pod.containers
	container.security.runAsNonRoot.value == true
	container.security.runAsUser.value == 0
}

unknowns contains {
	"path": setting.path,
	"message": $"whether {setting.subject} may run as root is left to its operator",
} if {
	some setting in pod.may_run_as_root
	_left_to_operator(setting)
}

_left_to_operator(setting) if {
	input.pod.partial
	not setting.stated
}
