# METADATA
# scope: package
# title: "mTLS mode"
# description: "A port that takes plain text can be reached by whoever is on the network, without an identity: authorization by identity holds only where every port takes mutual TLS alone."
# related_resources:
#   - https://istio.io/latest/docs/concepts/security/#peer-authentication
#   - https://linkerd.io/2/features/automatic-mtls/
# custom:
#   severity: high
#   stage: 3
#   judges: [pod, environment]
#   remediation: "Enrol the workload in the mesh, and set mode STRICT in a PeerAuthentication of its namespace or of the root namespace, without exceptions by port."
#   owner: mesh
#   controls:
#     iso-27001-2022: {A.8.24: J, A.5.14: J, A.8.21: J}
#     gdpr: {Art. 32(1)(a): J, Art. 5(1)(f): J}
package policies.mtls_strict.mtls_mode

import data.lib.words

applies if _judged

findings contains {
	"path": _workload.path,
	"message": $"{words.subject} does not take mTLS alone: {_workload.strict.why}",
	"about": input.pod.metadataPath,
	"value": _workload.weak,
	"elsewhere": _workload.elsewhere,
	"related": _workload.strict.by,
} if {
	_judged
	_workload.strict.answer == "no"
}

unknowns contains {
	"path": _workload.path,
	"message": $"whether {words.subject} takes mTLS alone cannot be told: {_workload.strict.why}",
	"about": input.pod.metadataPath,
	"value": _workload.strict.answer,
} if {
	_judged
	_workload.strict.answer == "unknown"
}

# Where nothing here belongs to a mesh there is one cause, so it is said once, not for each workload.
findings contains {
	"path": [],
	"message": $"no service mesh is declared here, so nothing tells that the traffic of its workloads is encrypted and authenticated",
	"elsewhere": true,
} if {
	count(input.facts.mesh.meshes) == 0
	input.facts.mesh.environment.workloads > 0
}

_workload := input.facts.mesh.workload

_judged if {
	count(input.facts.mesh.meshes) > 0
	_workload.applies
	not _linkerd_member
}

# Linkerd encrypts what its members send each other; what else gets in is linkerd-authorization's matter.
_linkerd_member if {
	_workload.mesh == "linkerd"
	_workload.enrolled.answer == "yes"
}
