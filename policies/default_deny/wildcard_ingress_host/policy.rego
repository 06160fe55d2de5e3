# METADATA
# scope: package
# title: "Entrance for any host"
# description: "An entrance without host, or for a wildcard, takes traffic that is meant for others, and one team's entrance can take over another's names."
# related_resources:
#   - https://kubernetes.io/docs/concepts/services-networking/ingress/#hostname-wildcards
#   - https://gateway-api.sigs.k8s.io/reference/spec/
#   - https://istio.io/latest/docs/ops/best-practices/security/#avoid-overly-broad-hosts-configurations
#   - https://open-policy-agent.github.io/gatekeeper-library/website/validation/block-wildcard-ingress/
# custom:
#   severity: medium
#   stage: 2
#   judges: [Ingress.networking.k8s.io, Ingress.extensions, Route.route.openshift.io, HTTPRoute.gateway.networking.k8s.io, GRPCRoute.gateway.networking.k8s.io, TLSRoute.gateway.networking.k8s.io, Gateway.networking.istio.io]
#   remediation: "State the host names that the service answers to."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.21: D, A.8.20: D}
#     gdpr: {Art. 32(1)(b): J}
package policies.default_deny.wildcard_ingress_host

findings contains {
	"path": ["spec", "rules", i, "host"],
	"message": _message(host),
} if {
	input.resource.kind == "Ingress"
	some i, rule in input.resource.spec.rules
	host := object.get(rule, "host", "")
	_any(host)
}

findings contains {
	"path": ["spec", "defaultBackend"],
	"message": "without rules, it takes every host",
} if {
	input.resource.kind == "Ingress"
	input.resource.spec.defaultBackend
	count(object.get(input.resource.spec, "rules", [])) == 0
}

findings contains {
	"path": ["spec", "wildcardPolicy"],
	"message": "the Route takes every host below its domain",
	"fix": {"set": "None"},
} if {
	input.resource.kind == "Route"
	input.resource.spec.wildcardPolicy == "Subdomain"
}

findings contains {
	"path": _route.path,
	"message": _route.anyHost.why,
	"related": _route.anyHost.by,
} if {
	_route.anyHost.answer == "yes"
}

# Its own hosts are what the route can be asked for: a Gateway elsewhere may have many listeners, and more tomorrow.
findings contains {
	"path": _route.path,
	"message": _route.anyHost.why,
	"elsewhere": true,
} if {
	_route.anyHost.answer == "unknown"
}

# Any VirtualService may bind to such a server. What passes TLS through unread, as between clusters, and what lets
# traffic out, names hosts for other reasons.
findings contains {
	"path": ["spec", "servers", i, "hosts", j],
	"message": $"the server on port {server.port.number} takes every host",
} if {
	startswith(input.resource.apiVersion, "networking.istio.io/")
	input.resource.kind == "Gateway"
	not _egress
	some i, server in input.resource.spec.servers
	object.get(server, ["tls", "mode"], "") != "AUTO_PASSTHROUGH"
	some j, host in server.hosts
	_every_host(host)
}

_egress if {
	some value in input.resource.spec.selector
	contains(value, "egress")
}

_route := input.facts.network.route if input.facts.network.route != null

_any("")

_any(host) if contains(host, "*")

_message("") := "the rule has no host, so it takes every host"

_message(host) := $"host {host} is a wildcard" if host != ""

# Behind the namespaces that it takes VirtualServices from.
_every_host(host) if {
	parts := split(host, "/")
	parts[count(parts) - 1] == "*"
}
