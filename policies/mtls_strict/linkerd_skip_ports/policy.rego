# METADATA
# scope: package
# title: "Ports past the Linkerd proxy"
# description: "Ports and subnets that skip the proxy are neither encrypted nor authenticated, and no authorization holds for them."
# related_resources:
#   - https://linkerd.io/2/features/protocol-detection/#marking-ports-as-skip-ports
#   - https://kyverno.io/policies/linkerd/prevent-linkerd-port-skipping/prevent-linkerd-port-skipping/
# custom:
#   severity: high
#   stage: 3
#   judges: [pod, Namespace]
#   remediation: "Mark the port as opaque (config.linkerd.io/opaque-ports) in place of skipping it: the proxy then carries it as TCP, with mTLS."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.24: J, A.5.14: J, A.8.21: J}
#     gdpr: {Art. 32(1)(a): J, Art. 5(1)(f): J}
#   parameters:
#     allowedPorts: {type: array, default: [], description: "Ports that may skip the proxy, as numbers; a range counts as one entry, such as 4567-4568."}
package policies.mtls_strict.linkerd_skip_ports

import data.lib.words

applies if "linkerd" in input.facts.mesh.meshes

findings contains {
	"path": array.concat(input.pod.metadataPath, ["annotations", name]),
	"message": $"{input.resource.kind} {words.name}: {_skipped(value)} {what} the proxy",
	"fix": {"remove": true},
} if {
	some name, what in _skips
	value := input.pod.metadata.annotations[name]
	_refused(value)
}

findings contains {
	"path": ["metadata", "annotations", name],
	"message": $"namespace {input.resource.metadata.name}: for all its pods {_skipped(value)} {what} the proxy",
	"fix": {"remove": true},
} if {
	input.resource.kind == "Namespace"
	some name, what in _skips
	value := input.resource.metadata.annotations[name]
	_refused(value)
}

_skips := {
	"config.linkerd.io/skip-inbound-ports": "inbound past",
	"config.linkerd.io/skip-outbound-ports": "outbound past",
	"config.linkerd.io/skip-subnets": "as subnets past",
}

_parts(value) := [trimmed | some part in split(value, ","); trimmed := trim_space(part); trimmed != ""]

_allowed := {$"{port}" | some port in data.parameters["mtls-strict/linkerd-skip-ports"].allowedPorts}

_refused(value) if {
	some part in _parts(value)
	not part in _allowed
}

_skipped(value) := concat(", ", [part | some part in _parts(value); not part in _allowed])
