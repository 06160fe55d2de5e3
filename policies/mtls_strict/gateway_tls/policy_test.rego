package policies.mtls_strict.gateway_tls_test

import data.policies.mtls_strict.gateway_tls as policy

_istio(server) := {"resource": {"spec": {"servers": [server]}}, "facts": {"mesh": {"listeners": null}}}

_server(protocol, tls) := {"port": {"number": 8443, "name": "web", "protocol": protocol}, "tls": tls}

_listener(protocol, redirects) := {
	"resource": {"spec": {"listeners": [{"name": "web", "port": 80, "protocol": protocol}]}},
	"facts": {"mesh": {"listeners": [{"redirects": {"answer": redirects, "why": "HTTPRoute cart does not redirect to https", "by": []}}]}},
}

test_plain_http_is_found if {
	some finding in policy.findings with input as _istio({"port": {"number": 80, "protocol": "HTTP"}})
	finding.path == ["spec", "servers", 0, "port", "protocol"]
	finding.message == "server on port 80 takes HTTP in plain text, without a redirect to HTTPS"
}

test_redirect_and_https_are_silent if {
	count(policy.findings) == 0 with input as _istio(_server("HTTP", {"httpsRedirect": true}))
	count(policy.findings) == 0 with input as _istio(_server("HTTPS", {"mode": "SIMPLE"}))
	count(policy.findings) == 0 with input as _istio(_server("TLS", {"mode": "PASSTHROUGH"}))
	count(policy.findings) == 0 with input as _istio(_server("HTTPS", {"mode": "SIMPLE", "minProtocolVersion": "TLSV1_3"}))
}

test_old_versions_and_weak_ciphers_are_found if {
	weak := {"mode": "SIMPLE", "minProtocolVersion": "TLSV1_1", "maxProtocolVersion": "TLSV1_1", "cipherSuites": ["ECDHE-RSA-RC4-SHA"], "insecureSkipVerify": true}
	findings := policy.findings with input as _istio(_server("HTTPS", weak))
	{finding.path[4] | some finding in findings} == {"minProtocolVersion", "maxProtocolVersion", "cipherSuites", "insecureSkipVerify"}
}

test_gateway_api_listeners if {
	some plain in policy.findings with input as _listener("HTTP", "no")
	plain.elsewhere == false
	some open in policy.findings with input as _listener("HTTP", "unknown")
	open.elsewhere
	count(policy.findings) == 0 with input as _listener("HTTP", "yes")
	count(policy.findings) == 0 with input as _listener("HTTPS", "no")
	count(policy.findings) == 1 with input as _listener("TCP", "unknown")
}

test_https_without_tls_is_found if {
	every protocol in ["HTTPS", "TLS"] {
		some finding in policy.findings with input as _istio({"port": {"number": 443, "protocol": protocol}})
		finding.path == ["spec", "servers", 0, "port", "protocol"]
	}
}
