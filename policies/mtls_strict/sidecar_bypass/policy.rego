# METADATA
# scope: package
# title: "Traffic past the sidecar"
# description: "Ports and addresses that are taken out of the redirection do not pass the proxy: no mTLS, no authorization and no telemetry holds for them."
# related_resources:
#   - https://istio.io/latest/docs/reference/config/annotations/
#   - https://istio.io/latest/docs/ops/deployment/application-requirements/
#   - https://istio.io/latest/docs/ops/best-practices/security/#understand-traffic-capture-limitations
# custom:
#   severity: high
#   stage: 3
#   judges: [pod]
#   remediation: "Take the annotation back; for traffic to an outside host use a ServiceEntry, and for a port the sidecar cannot understand declare its protocol."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.24: J, A.5.14: J, A.8.21: J}
#     gdpr: {Art. 32(1)(a): J, Art. 5(1)(f): J}
#   parameters:
#     allowedPorts: {type: array, default: [], description: "Ports that may be excluded, as numbers."}
#     allowedRanges: {type: array, default: [], description: "Outbound address ranges that may be excluded, as CIDRs."}
package policies.mtls_strict.sidecar_bypass

import data.lib.words

applies if "istio" in input.facts.mesh.meshes

findings contains {
	"path": _path(name),
	"message": $"{_name}: {concat(", ", refused)} {_excluded[name]}",
	"fix": {"remove": true},
} if {
	some name, value in _annotations
	name in object.keys(_excluded)
	refused := [part | some part in _parts(value); not _allowed(part)]
	count(refused) > 0
}

findings contains {
	"path": _path(name),
	"message": $"{_name}: {_included[name]} (includes {_quoted(value)})",
	"fix": {"remove": true},
} if {
	some name, value in _annotations
	name in object.keys(_included)
	trim_space(value) != "*"
}

findings contains {
	"path": _path("ambient.istio.io/bypass-inbound-capture"),
	"message": $"{_name}: inbound traffic bypasses ztunnel",
	"fix": {"remove": true},
} if {
	_annotations["ambient.istio.io/bypass-inbound-capture"] == "true"
}

findings contains {
	"path": _path("sidecar.istio.io/interceptionMode"),
	"message": $"{_name}: interceptionMode NONE redirects no traffic to the proxy",
	"fix": {"remove": true},
} if {
	_annotations["sidecar.istio.io/interceptionMode"] == "NONE"
}

# Clients read this label: it tells them to send plain text.
findings contains {
	"path": array.concat(input.pod.metadataPath, ["labels", "security.istio.io/tlsMode"]),
	"message": $"{_name}: label security.istio.io/tlsMode is {mode}, which tells clients not to use mTLS",
	"fix": {"remove": true},
} if {
	mode := input.pod.metadata.labels["security.istio.io/tlsMode"]
	mode != "istio"
}

# The redirection leaves out what the proxy's own user sends, or the proxy would talk to itself.
findings contains {
	"path": container.security.runAsUser.path,
	"message": $"container {container.name} runs as user {container.security.runAsUser.value}, whose outbound traffic the mesh does not capture",
} if {
	some container in input.pod.containers
	container.security.runAsUser.value == _proxy_users[input.facts.mesh.workload.mesh]
	not container.name in {"istio-proxy", "linkerd-proxy", "istio-init", "istio-validation", "linkerd-init"}
}

_proxy_users := {"istio": 1337, "linkerd": 2102}

_excluded := {
	"traffic.sidecar.istio.io/excludeInboundPorts": "taken out of the inbound ports that pass the sidecar",
	"traffic.sidecar.istio.io/excludeOutboundPorts": "taken out of the outbound ports that pass the sidecar",
	"traffic.sidecar.istio.io/excludeOutboundIPRanges": "taken out of the outbound addresses that pass the sidecar",
	"traffic.sidecar.istio.io/excludeInterfaces": "taken out of the interfaces that pass the sidecar",
}

_included := {
	"traffic.sidecar.istio.io/includeInboundPorts": "only some inbound ports pass the sidecar",
	"traffic.sidecar.istio.io/includeOutboundIPRanges": "only some outbound addresses pass the sidecar",
}

_annotations := input.pod.metadata.annotations

_name := $"{input.resource.kind} {words.name}"

_path(name) := array.concat(input.pod.metadataPath, ["annotations", name])

_parts(value) := [trimmed | some part in split(value, ","); trimmed := trim_space(part); trimmed != ""]

_parameters := data.parameters["mtls-strict/sidecar-bypass"]

_allowed(part) if part in _parameters.allowedRanges

_allowed(part) if part in {$"{port}" | some port in _parameters.allowedPorts}

_quoted(value) := "none" if trim_space(value) == ""

_quoted(value) := value if trim_space(value) != ""
