# METADATA
# scope: package
# title: "Entrance without TLS"
# description: "What enters the cluster without TLS is read and changed by everyone on the way, sessions and personal data with it."
# related_resources:
#   - https://kubernetes.io/docs/concepts/services-networking/ingress/#tls
#   - https://gateway-api.sigs.k8s.io/guides/tls/
#   - https://projectcontour.io/docs/main/config/tls-termination/
#   - https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/
# custom:
#   severity: high
#   stage: 2
#   judges: [Ingress.networking.k8s.io, Ingress.extensions, Route.route.openshift.io, Gateway.gateway.networking.k8s.io, HTTPProxy.projectcontour.io, IngressRoute.traefik.io, IngressRoute.traefik.containo.us]
#   remediation: "Add TLS for every host, and redirect or close plain HTTP."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.24: J, A.5.14: J, A.8.21: D}
#     gdpr: {Art. 32(1)(a): J, Art. 5(1)(f): J}
#   parameters:
#     protocols:
#       type: array
#       default: [HTTP]
#       description: "Protocols of Gateway listeners that are plain text."
#     certificateAnnotations:
#       type: array
#       default: [alb.ingress.kubernetes.io/certificate-arn, networking.gke.io/managed-certificates, ingress.gcp.kubernetes.io/pre-shared-cert]
#       description: "Annotations that give an Ingress its certificate without spec.tls."
package policies.default_deny.unencrypted_ingress

findings contains {
	"path": ["spec", "tls"],
	"message": "the Ingress has no TLS",
} if {
	input.resource.kind == "Ingress"
	count(_tls) == 0
	not _certificate
}

# The controllers redirect by themselves where there is TLS, until they are told not to.
findings contains {
	"path": ["metadata", "annotations", annotation],
	"message": "the Ingress takes plain HTTP beside TLS",
	"fix": {"set": "true"},
} if {
	_has_tls
	some annotation in [
		"nginx.ingress.kubernetes.io/ssl-redirect",
		"ingress.kubernetes.io/ssl-redirect",
		"haproxy.org/ssl-redirect",
		"haproxy-ingress.github.io/ssl-redirect",
	]
	_annotations[annotation] == "false"
	object.get(_annotations, "nginx.ingress.kubernetes.io/force-ssl-redirect", "") != "true"
}

# Google's load balancer takes plain HTTP unless it is told not to, or to redirect
# (https://cloud.google.com/kubernetes-engine/docs/concepts/ingress-xlb#disabling_http).
findings contains {
	"path": ["metadata", "annotations", "kubernetes.io/ingress.allow-http"],
	"message": "the Ingress takes plain HTTP beside TLS",
	"fix": {"set": "false"},
} if {
	_has_tls
	_allows_http
	not _annotations["networking.gke.io/v1beta1.FrontendConfig"]
}

_allows_http if _annotations["kubernetes.io/ingress.allow-http"] == "true"

_allows_http if {
	object.get(_annotations, "kubernetes.io/ingress.class", "") in {"gce", "gce-internal"}
	object.get(_annotations, "kubernetes.io/ingress.allow-http", "") != "false"
}

# A listener for plain HTTP, and nothing that redirects it
# (https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#ssl-redirect).
findings contains {
	"path": ["metadata", "annotations", "alb.ingress.kubernetes.io/listen-ports"],
	"message": "the Ingress takes plain HTTP beside TLS",
} if {
	_has_tls
	contains(_annotations["alb.ingress.kubernetes.io/listen-ports"], `"HTTP"`)
	count([annotation |
		some annotation in ["alb.ingress.kubernetes.io/ssl-redirect", "alb.ingress.kubernetes.io/actions.ssl-redirect"]
		_annotations[annotation]
	]) == 0
}

_has_tls if {
	input.resource.kind == "Ingress"
	count(_tls) > 0
}

_has_tls if {
	input.resource.kind == "Ingress"
	_certificate
}

_annotations := object.get(input.resource.metadata, "annotations", {})

# An entry without hosts is for all of them.
findings contains {
	"path": ["spec", "rules", i, "host"],
	"message": $"host {rule.host} has no TLS",
} if {
	input.resource.kind == "Ingress"
	count(_tls) > 0
	every entry in _tls {
		count(_hosts(entry)) > 0
	}
	some i, rule in input.resource.spec.rules
	object.get(rule, "host", "") != ""
	not _covered(rule.host)
}

findings contains {
	"path": ["spec", "tls"],
	"message": "the Route has no TLS",
} if {
	input.resource.kind == "Route"
	not input.resource.spec.tls.termination
}

findings contains {
	"path": ["spec", "tls", "insecureEdgeTerminationPolicy"],
	"message": "the Route takes plain HTTP beside TLS",
	"fix": {"set": "Redirect"},
} if {
	input.resource.kind == "Route"
	input.resource.spec.tls.insecureEdgeTerminationPolicy == "Allow"
}

# Only a root has a virtual host; what it includes is served as it says.
findings contains {
	"path": ["spec", "virtualhost", "tls"],
	"message": "the HTTPProxy has no TLS",
} if {
	input.resource.kind == "HTTPProxy"
	host := input.resource.spec.virtualhost
	object.get(host, "tls", null) == null
}

# Contour redirects by itself where there is TLS, until it is told not to.
findings contains {
	"path": ["spec", "routes", i, "permitInsecure"],
	"message": "the route takes plain HTTP beside TLS",
	"fix": {"remove": true},
} if {
	input.resource.kind == "HTTPProxy"
	some i, route in input.resource.spec.routes
	route.permitInsecure == true
}

findings contains {
	"path": ["spec", "tls"],
	"message": $"the IngressRoute has no TLS at {_plain_entries}",
} if {
	_open_route
	not _may_redirect
}

unknowns contains {
	"path": ["spec", "tls"],
	"message": $"the IngressRoute has no TLS at {_plain_entries}: whether its middlewares redirect cannot be told",
} if {
	_open_route
	_may_redirect
}

_open_route if {
	input.resource.kind == "IngressRoute"
	object.get(input.resource.spec, "tls", null) == null
	_plain_entries
}

# Traefik's chart gives TLS to its entry point websecure, whatever a route says.
_plain_entries := "every entry point" if count(object.get(input.resource.spec, "entryPoints", [])) == 0

_plain_entries := concat(", ", names) if {
	names := [name | some name in input.resource.spec.entryPoints; not regex.match(`(?i)(secure|https|tls|443)`, name)]
	count(names) > 0
}

_may_redirect if {
	some route in input.resource.spec.routes
	some middleware in route.middlewares
	regex.match(`(?i)(redirect|https)`, middleware.name)
}

findings contains {
	"path": ["spec", "listeners", i, "protocol"],
	"message": $"listener {listener.name} takes {listener.protocol} without TLS",
} if {
	input.resource.kind == "Gateway"
	some i, listener in input.resource.spec.listeners
	listener.protocol in data.parameters["default-deny/unencrypted-ingress"].protocols
	not _redirects(listener)
}

# Every route of it that is declared here sends its callers on to HTTPS.
_redirects(listener) if listener.name in input.facts.network.gateway.redirecting

_certificate if {
	some annotation in data.parameters["default-deny/unencrypted-ingress"].certificateAnnotations
	input.resource.metadata.annotations[annotation]
}

_tls := [entry | some entry in input.resource.spec.tls]

_hosts(entry) := [host | some host in entry.hosts]

_covered(host) if {
	some entry in _tls
	host in _hosts(entry)
}

# A wildcard stands for one label.
_covered(host) if {
	some entry in _tls
	some wildcard in _hosts(entry)
	startswith(wildcard, "*.")
	parts := split(host, ".")
	concat(".", array.slice(parts, 1, count(parts))) == substring(wildcard, 2, -1)
}
