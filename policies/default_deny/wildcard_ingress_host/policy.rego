# METADATA
# scope: package
# title: "Entrance for any host"
# description: "An Ingress without host, or for a wildcard, takes traffic that is meant for others, and one team's Ingress can take over another's names."
# related_resources:
#   - https://kubernetes.io/docs/concepts/services-networking/ingress/#hostname-wildcards
#   - https://open-policy-agent.github.io/gatekeeper-library/website/validation/block-wildcard-ingress/
# custom:
#   severity: medium
#   stage: 2
#   judges: [Ingress.networking.k8s.io, Ingress.extensions, Route.route.openshift.io]
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

_any("")

_any(host) if contains(host, "*")

_message("") := "the rule has no host, so it takes every host"

_message(host) := $"host {host} is a wildcard" if host != ""
