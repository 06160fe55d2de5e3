# METADATA
# scope: package
# title: "Gateway TLS"
# description: "What enters the mesh in plain text, or over TLS 1.0 and 1.1, can be read and changed on its way to the gateway."
# related_resources:
#   - https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings
#   - https://gateway-api.sigs.k8s.io/guides/tls/
# custom:
#   severity: high
#   stage: 3
#   judges: [Gateway.networking.istio.io, Gateway.gateway.networking.k8s.io]
#   remediation: "Serve HTTPS with TLSV1_2 or newer, and let plain HTTP do no more than redirect to it (tls.httpsRedirect, or an HTTPRoute with a RequestRedirect filter)."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.24: J, A.5.14: J}
#     gdpr: {Art. 32(1)(a): J, Art. 5(1)(f): J}
package policies.mtls_strict.gateway_tls

findings contains {
	"path": ["spec", "servers", i, "port", "protocol"],
	"message": $"server {_server(server)} takes {upper(server.port.protocol)} in plain text, without a redirect to HTTPS",
} if {
	some i, server in input.resource.spec.servers
	upper(server.port.protocol) in {"HTTP", "HTTP2", "GRPC", "GRPC-WEB"}
	object.get(server, ["tls", "httpsRedirect"], false) != true
}

findings contains {
	"path": ["spec", "servers", i, "port", "protocol"],
	"message": $"server {_server(server)} takes {upper(server.port.protocol)} in plain text",
} if {
	some i, server in input.resource.spec.servers
	upper(server.port.protocol) in {"TCP", "MONGO", "MYSQL", "REDIS"}
	object.get(server, "tls", null) == null
}

# Istio's webhook refuses it; where that does not look, the port takes what comes.
findings contains {
	"path": ["spec", "servers", i, "port", "protocol"],
	"message": $"server {_server(server)} takes {upper(server.port.protocol)} and says nothing in tls",
} if {
	some i, server in input.resource.spec.servers
	upper(server.port.protocol) in {"HTTPS", "TLS"}
	object.get(server, "tls", null) == null
}

findings contains {
	"path": ["spec", "servers", i, "tls", "minProtocolVersion"],
	"message": $"server {_server(server)} accepts {server.tls.minProtocolVersion}",
	"fix": {"set": "TLSV1_2"},
} if {
	some i, server in input.resource.spec.servers
	server.tls.minProtocolVersion in {"TLSV1_0", "TLSV1_1"}
}

# With an older maximum the minimum does not help.
findings contains {
	"path": ["spec", "servers", i, "tls", "maxProtocolVersion"],
	"message": $"server {_server(server)} allows no TLS newer than {server.tls.maxProtocolVersion}",
	"fix": {"remove": true},
} if {
	some i, server in input.resource.spec.servers
	server.tls.maxProtocolVersion in {"TLSV1_0", "TLSV1_1"}
}

findings contains {
	"path": ["spec", "servers", i, "tls", "cipherSuites", j],
	"message": $"server {_server(server)} offers the weak cipher suite {suite}",
	"fix": {"remove": true},
} if {
	some i, server in input.resource.spec.servers
	some j, suite in server.tls.cipherSuites
	regex.match(`(?i)(RC4|3DES|DES-CBC|NULL|EXPORT|MD5)`, suite)
}

findings contains {
	"path": ["spec", "servers", i, "tls", "insecureSkipVerify"],
	"message": $"server {_server(server)} does not verify the certificates of its clients: insecureSkipVerify is true",
	"fix": {"set": false},
} if {
	some i, server in input.resource.spec.servers
	server.tls.insecureSkipVerify == true
}

findings contains {
	"path": ["spec", "listeners", i, "protocol"],
	"message": $"listener {listener.name} takes HTTP in plain text: {redirects.why}",
	"elsewhere": redirects.answer == "unknown",
	"related": redirects.by,
} if {
	some i, listener in input.resource.spec.listeners
	listener.protocol == "HTTP"
	redirects := input.facts.mesh.listeners[i].redirects
	redirects.answer != "yes"
}

findings contains {
	"path": ["spec", "listeners", i, "protocol"],
	"message": $"listener {listener.name} takes TCP in plain text",
} if {
	some i, listener in input.resource.spec.listeners
	listener.protocol == "TCP"
}

_server(server) := server.name if object.get(server, "name", "") != ""

_server(server) := $"on port {server.port.number}" if object.get(server, "name", "") == ""
