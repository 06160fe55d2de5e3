# METADATA
# scope: package
# title: "Capabilities not dropped"
# description: "The default capabilities let a process change owners of files, bypass their permissions and forge packets, which hardly any application needs."
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/pod-security-standards/
# custom:
#   severity: medium
#   stage: 2
#   judges: [pod]
#   remediation: "Set securityContext.capabilities.drop to [ALL] and add back only NET_BIND_SERVICE where a port below 1024 is bound."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.9: J, A.8.2: P, A.8.27: J}
#     gdpr: {Art. 25(1): J, Art. 32(1)(b): J}
package policies.least_privilege.drop_all_capabilities

import data.lib.capabilities
import data.lib.pod

findings contains {
	"path": container.security.capabilitiesDrop.path,
	"message": $"container {container.name} does not drop all capabilities",
	"fix": {"set": ["ALL"]},
} if {
	some container in input.pod.containers
	_keeps(container)
	not _left_to_operator(container)
}

# What lies beyond baseline is dangerous-capabilities' to say.
findings contains {
	"path": array.concat(container.security.capabilitiesAdd.path, [i]),
	"message": $"container {container.name} adds back capability {capability}",
	"fix": {"remove": true},
} if {
	not pod.windows
	some container in input.pod.containers
	some i, capability in container.security.capabilitiesAdd.value
	capability in capabilities.baseline
	not capability in capabilities.restricted
}

unknowns contains {
	"path": container.security.capabilitiesDrop.path,
	"message": $"whether container {container.name} drops its capabilities is left to its operator",
} if {
	some container in input.pod.containers
	_keeps(container)
	_left_to_operator(container)
}

# On Windows the API server refuses the field.
_keeps(container) if {
	not pod.windows
	not _drops_all(container)
}

_drops_all(container) if "ALL" in container.security.capabilitiesDrop.value

_left_to_operator(container) if {
	input.pod.partial
	container.security.capabilitiesDrop.value == null
}
