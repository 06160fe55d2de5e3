# METADATA
# scope: package
# title: "Host ports"
# description: "A port of the node reaches the container past every Service and NetworkPolicy, and only one pod a node can have it."
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/pod-security-standards/
# custom:
#   severity: medium
#   stage: 1
#   judges: [pod]
#   remediation: "Remove hostPort and reach the pod through a Service."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.9: J, A.8.20: D, A.8.22: D}
#     gdpr: {Art. 25(1): J, Art. 32(1)(b): J}
package policies.least_privilege.host_ports

# A pod in the network of its node has all its ports there, which host-namespaces says once.
findings contains {
	"path": array.concat(container.path, ["ports", i, "hostPort"]),
	"message": $"container {container.name} binds port {port.hostPort} of its node",
	"fix": {"remove": true},
} if {
	some container in input.pod.containers
	some i, port in container.spec.ports
	not object.get(port, "hostPort", 0) in {0, null}
}
