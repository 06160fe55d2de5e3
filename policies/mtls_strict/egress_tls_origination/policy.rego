# METADATA
# scope: package
# title: "Egress without TLS"
# description: "What leaves the mesh for an outside host in plain text, often to a legacy system, can be read and changed on the way; a sidecar or an egress gateway can originate TLS for a client that speaks none."
# related_resources:
#   - https://istio.io/latest/docs/tasks/traffic-management/egress/egress-tls-origination/
#   - https://istio.io/latest/docs/tasks/traffic-management/egress/egress-gateway-tls-origination/
# custom:
#   severity: medium
#   stage: 3
#   judges: [ServiceEntry.networking.istio.io]
#   remediation: "Add a DestinationRule for the host with tls mode SIMPLE or MUTUAL and caCertificates, or send the traffic through an egress gateway that originates TLS; where the client speaks TLS itself, declare the port as TLS."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.24: J, A.5.14: J}
#     gdpr: {Art. 32(1)(a): J, Art. 5(1)(f): J}
package policies.mtls_strict.egress_tls_origination

findings contains {
	"path": array.concat(port.path, ["protocol"]),
	"message": $"port {port.number} of {_egress.hosts} leaves the mesh as plain {port.protocol}: {port.encrypted.why}",
} if {
	some port in _plain
	port.encrypted.answer == "no"
	not _opaque(port)
}

unknowns contains {
	"path": array.concat(port.path, ["protocol"]),
	"message": $"port {port.number} of {_egress.hosts} leaves the mesh as TCP: whether the client encrypts it cannot be seen",
} if {
	some port in _plain
	port.encrypted.answer == "no"
	_opaque(port)
}

unknowns contains {
	"path": array.concat(port.path, ["protocol"]),
	"message": $"whether port {port.number} of {_egress.hosts} leaves the mesh encrypted cannot be told: {port.encrypted.why}",
} if {
	some port in _plain
	port.encrypted.answer == "unknown"
}

_egress := input.facts.mesh.egress

_plain := [port | some port in _egress.ports; not port.protocol in {"HTTPS", "TLS", "UDP"}]

# On ports where TLS or SSH is the custom, TCP is as good as TLS, only less well declared.
_opaque(port) if {
	port.protocol == "TCP"
	port.number in {22, 443, 465, 563, 636, 853, 989, 990, 992, 993, 995, 5061, 5671, 6514, 8443, 8883, 9093}
}
