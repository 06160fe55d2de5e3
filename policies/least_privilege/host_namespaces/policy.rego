# METADATA
# scope: package
# title: "Host namespaces"
# description: "A pod in a namespace of its node sees the traffic, the processes or the shared memory of everything that runs there, and NetworkPolicy does not hold it."
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/pod-security-standards/
# custom:
#   severity: high
#   stage: 1
#   judges: [pod]
#   remediation: "Remove hostNetwork, hostPID and hostIPC."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.9: J, A.8.2: P, A.8.22: D, A.8.27: J}
#     gdpr: {Art. 25(1): J, Art. 32(1)(b): J}
package policies.least_privilege.host_namespaces

import data.lib.pod

findings contains {
	"path": pod.path(field),
	"message": $"the pod shares the {namespace} namespace of its node",
	"fix": {"remove": true},
} if {
	some field, [true, namespace] in {
		"hostNetwork": [object.get(input.pod.spec, "hostNetwork", false), "network"],
		"hostPID": [object.get(input.pod.spec, "hostPID", false), "process"],
		"hostIPC": [object.get(input.pod.spec, "hostIPC", false), "IPC"],
	}
}
