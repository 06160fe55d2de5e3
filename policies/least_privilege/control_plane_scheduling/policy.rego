# METADATA
# scope: package
# title: "Runs on the control plane"
# description: "A pod that tolerates the taint of the control plane may run beside the API server and etcd, one escape away from the whole cluster."
# related_resources:
#   - https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
# custom:
#   severity: low
#   stage: 2
#   judges: [pod]
#   remediation: "Remove the toleration, unless the pod must run on every node (log shippers, network agents)."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.9: J, A.8.27: J}
#     gdpr: {Art. 25(1): J, Art. 32(1)(b): J}
package policies.least_privilege.control_plane_scheduling

import data.lib.pod

findings contains {
	"path": array.concat(pod.path("tolerations"), [i]),
	"message": $"the pod tolerates {_what(toleration)}, so it may run on control plane nodes{_where(toleration)}",
} if {
	not _node_agent
	some i, toleration in input.pod.spec.tolerations
	_reaches_control_plane(toleration)
	not _told_already(toleration)
}

# What ships logs or detects intrusions has to run on every node, control plane included.
_node_agent if count(input.facts.platform.shippers) > 0

_node_agent if count(input.facts.platform.detectors) > 0

_taint := "node-role.kubernetes.io/control-plane"

# kubeadm has set it on no node since Kubernetes 1.25 (kubernetes/kubeadm#2200); OpenShift still does.
_old_taint := "node-role.kubernetes.io/master"

_taints := {_taint, _old_taint}

# Whoever tolerates both means one thing.
_told_already(toleration) if {
	object.get(toleration, "key", "") == _old_taint
	some other in input.pod.spec.tolerations
	object.get(other, "key", "") != _old_taint
	_reaches_control_plane(other)
}

# The taint has the effect NoSchedule; a toleration without an effect holds for every one.
_reaches_control_plane(toleration) if {
	object.get(toleration, "key", "") in _taints
	object.get(toleration, "effect", "") in {"", null, "NoSchedule"}
}

# Without a key, Exists tolerates every taint.
_reaches_control_plane(toleration) if {
	toleration.operator == "Exists"
	object.get(toleration, "key", "") in {"", null}
	object.get(toleration, "effect", "") in {"", null, "NoSchedule"}
}

_what(toleration) := $"taint {toleration.key}" if toleration.key in _taints

else := "every taint"

_where(toleration) := " of OpenShift, and of clusters before Kubernetes 1.25" if toleration.key == _old_taint

else := ""
