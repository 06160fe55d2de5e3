package policies.default_deny.unencrypted_ingress_test

import data.policies.default_deny.unencrypted_ingress as policy

_parameters := {"default-deny/unencrypted-ingress": {
	"protocols": ["HTTP"],
	"certificateAnnotations": ["alb.ingress.kubernetes.io/certificate-arn"],
}}

_found(resource, redirecting) := found if {
	found := {[finding.path, finding.message] | some finding in policy.findings} with input as {
		"resource": resource,
		"facts": {"network": {"gateway": {"redirecting": redirecting}}},
	}
		with data.parameters as _parameters
}

_ingress(annotations, tls, hosts) := {
	"kind": "Ingress",
	"metadata": {"name": "shop", "annotations": annotations},
	"spec": {"tls": tls, "rules": [{"host": host} | some host in hosts]},
}

test_without_tls if {
	_found(_ingress({}, [], ["shop.example.com"]), []) == {[["spec", "tls"], "the Ingress has no TLS"]}
	_found({"kind": "Ingress", "metadata": {"name": "shop"}, "spec": {}}, []) == {[["spec", "tls"], "the Ingress has no TLS"]}
}

test_a_certificate_of_the_load_balancer_is_tls if {
	count(_found(_ingress({"alb.ingress.kubernetes.io/certificate-arn": "arn"}, [], ["shop.example.com"]), [])) == 0
}

test_a_host_that_no_entry_covers if {
	_found(_ingress({}, [{"hosts": ["a.example.com"]}], ["a.example.com", "b.example.com"]), []) == {[
		["spec", "rules", 1, "host"],
		"host b.example.com has no TLS",
	]}
}

test_covered_hosts_are_silent if {
	count(_found(_ingress({}, [{"hosts": ["*.example.com"]}], ["a.example.com"]), [])) == 0
	count(_found(_ingress({}, [{"secretName": "any"}], ["a.example.com"]), [])) == 0
	count(_found(_ingress({}, [{}], ["a.example.com"]), [])) == 0
	count(_found(_ingress({}, [{"hosts": ["a.example.com"]}], [""]), [])) == 0
}

test_a_wildcard_stands_for_one_label if {
	count(_found(_ingress({}, [{"hosts": ["*.example.com"]}], ["a.b.example.com"]), [])) == 1
}

test_plain_http_beside_tls if {
	found := _found(_ingress({"nginx.ingress.kubernetes.io/ssl-redirect": "false"}, [{}], ["a.example.com"]), [])
	found == {[
		["metadata", "annotations", "nginx.ingress.kubernetes.io/ssl-redirect"],
		"the Ingress takes plain HTTP beside TLS",
	]}
}

test_what_leaves_plain_http_open_beside_tls if {
	every annotation, value in {
		"haproxy.org/ssl-redirect": "false",
		"ingress.kubernetes.io/ssl-redirect": "false",
		"kubernetes.io/ingress.allow-http": "true",
		"kubernetes.io/ingress.class": "gce",
		"alb.ingress.kubernetes.io/listen-ports": `[{"HTTP": 80}, {"HTTPS": 443}]`,
	} {
		count(_found(_ingress({annotation: value}, [{}], ["a.example.com"]), [])) == 1
	}
}

test_what_redirects_or_closes_it_is_silent if {
	every annotations in [
		{"nginx.ingress.kubernetes.io/ssl-redirect": "false", "nginx.ingress.kubernetes.io/force-ssl-redirect": "true"},
		{"kubernetes.io/ingress.class": "gce", "kubernetes.io/ingress.allow-http": "false"},
		{"kubernetes.io/ingress.class": "gce", "networking.gke.io/v1beta1.FrontendConfig": "redirect"},
		{"alb.ingress.kubernetes.io/listen-ports": `[{"HTTPS": 443}]`},
		{"alb.ingress.kubernetes.io/listen-ports": `[{"HTTP": 80}, {"HTTPS": 443}]`, "alb.ingress.kubernetes.io/ssl-redirect": "443"},
	] {
		count(_found(_ingress(annotations, [{}], ["a.example.com"]), [])) == 0
	}
}

_route(tls) := {"kind": "Route", "metadata": {"name": "shop"}, "spec": tls}

test_routes if {
	_found(_route({}), []) == {[["spec", "tls"], "the Route has no TLS"]}
	count(_found(_route({"tls": {"termination": "edge"}}), [])) == 0
	_found(_route({"tls": {"termination": "edge", "insecureEdgeTerminationPolicy": "Allow"}}), []) == {[
		["spec", "tls", "insecureEdgeTerminationPolicy"],
		"the Route takes plain HTTP beside TLS",
	]}
}

_gateway := {"kind": "Gateway", "metadata": {"name": "public"}, "spec": {"listeners": [
	{"name": "https", "protocol": "HTTPS"},
	{"name": "http", "protocol": "HTTP"},
]}}

test_gateways if {
	_found(_gateway, []) == {[["spec", "listeners", 1, "protocol"], "listener http takes HTTP without TLS"]}
	count(_found(_gateway, ["http"])) == 0
}

_proxy(spec) := {"kind": "HTTPProxy", "metadata": {"name": "shop"}, "spec": spec}

test_proxies_of_contour if {
	_found(_proxy({"virtualhost": {"fqdn": "a.example.com"}}), []) == {[["spec", "virtualhost", "tls"], "the HTTPProxy has no TLS"]}
	count(_found(_proxy({"routes": [{"services": [{"name": "a"}]}]}), [])) == 0
	_found(_proxy({"virtualhost": {"fqdn": "a.example.com", "tls": {"secretName": "a"}}, "routes": [{"permitInsecure": true}]}), []) == {[
		["spec", "routes", 0, "permitInsecure"],
		"the route takes plain HTTP beside TLS",
	]}
}

_traefik(entries, tls, middlewares) := {"kind": "IngressRoute", "metadata": {"name": "shop"}, "spec": object.union(
	{"entryPoints": entries, "routes": [{"middlewares": middlewares}]},
	tls,
)}

test_routes_of_traefik if {
	_found(_traefik(["web"], {}, []), []) == {[["spec", "tls"], "the IngressRoute has no TLS at web"]}
	_found(_traefik([], {}, []), []) == {[["spec", "tls"], "the IngressRoute has no TLS at every entry point"]}
	count(_found(_traefik(["websecure"], {}, []), [])) == 0
	count(_found(_traefik(["web"], {"tls": {}}, []), [])) == 0
	count(_found(_traefik(["web"], {}, [{"name": "redirect-https"}]), [])) == 0
	count(policy.unknowns) == 1 with input as {"resource": _traefik(["web"], {}, [{"name": "redirect-https"}])}
}
