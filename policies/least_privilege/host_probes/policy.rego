# METADATA
# scope: package
# title: "Host in probes"
# description: "A probe or hook with a host makes the kubelet call an address of the author's choosing from the node, past every NetworkPolicy."
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/pod-security-standards/
# custom:
#   severity: medium
#   stage: 1
#   judges: [pod]
#   remediation: "Remove host from the probe or hook: the kubelet then calls the pod itself."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.9: J, A.8.22: D}
#     gdpr: {Art. 25(1): J, Art. 32(1)(b): J}
package policies.least_privilege.host_probes

findings contains finding if {
	some container in input.pod.containers
	some probe, handler in {
		"livenessProbe": object.get(container.spec, "livenessProbe", null),
		"readinessProbe": object.get(container.spec, "readinessProbe", null),
		"startupProbe": object.get(container.spec, "startupProbe", null),
	}
	some action in _actions
	finding := _finding(container, [probe], action, handler[action].host)
}

findings contains finding if {
	some container in input.pod.containers
	some hook in ["postStart", "preStop"]
	some action in _actions
	finding := _finding(container, ["lifecycle", hook], action, container.spec.lifecycle[hook][action].host)
}

_actions := ["httpGet", "tcpSocket"]

_finding(container, handler, action, host) := {
	"path": array.concat(container.path, array.concat(handler, [action, "host"])),
	"message": $"the {concat(".", handler)} of container {container.name} makes its node call {host}",
	"fix": {"remove": true},
} if {
	not host in {"", null}
}
