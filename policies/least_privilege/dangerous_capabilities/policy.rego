# METADATA
# scope: package
# title: "Dangerous capabilities"
# description: "A capability beyond the default set of the container runtime (SYS_ADMIN, NET_RAW, SYS_PTRACE and the like) lets a container act on its node or on other pods."
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/pod-security-standards/
#   - https://man7.org/linux/man-pages/man7/capabilities.7.html
# custom:
#   severity: high
#   stage: 1
#   judges: [pod]
#   remediation: "Remove the capability from securityContext.capabilities.add, or grant it to a component of its own that does nothing else."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.9: J, A.8.2: P, A.8.27: J}
#     gdpr: {Art. 25(1): J, Art. 32(1)(b): J}
package policies.least_privilege.dangerous_capabilities

import data.lib.capabilities

findings contains {
	"path": array.concat(container.security.capabilitiesAdd.path, [i]),
	"message": $"container {container.name} adds capability {capability}{_by_another_name(capability)}",
	"fix": {"remove": true},
} if {
	some container in input.pod.containers
	some i, capability in container.security.capabilitiesAdd.value
	not capability in capabilities.baseline
}

# Container runtimes take the kernel's name as well, Pod Security does not.
_by_another_name(capability) := $", which Pod Security lets through as {name} alone" if {
	name := trim_prefix(upper(capability), "CAP_")
	name in capabilities.baseline
} else := ""
