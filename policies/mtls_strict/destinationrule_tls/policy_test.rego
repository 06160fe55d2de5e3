package policies.mtls_strict.destinationrule_tls_test

import data.policies.mtls_strict.destinationrule_tls as policy

_path := ["spec", "trafficPolicy", "tls"]

_rule(setting) := {"facts": {"mesh": {"destination": {"host": "cart", "tls": [object.union(
	{
		"path": _path,
		"scope": "",
		"mode": "SIMPLE",
		"modeStated": true,
		"verified": true,
		"credentialIgnored": false,
		"insecureSkipVerify": false,
		"subjectAltNames": false,
		"conflicts": {"answer": "unknown", "why": "no workload behind the host is declared here", "by": []},
	},
	setting,
)]}}}}

_messages(setting) := messages if {
	findings := policy.findings with input as _rule(setting)
		with data.parameters as {"mtls-strict/destinationrule-tls": {"requireSubjectAltNames": false}}
	messages := {finding.message | some finding in findings}
}

test_disable_is_found if {
	_messages({"mode": "DISABLE"}) == {"clients send plain text to cart: mode is DISABLE"}
	_messages({"mode": "DISABLE", "modeStated": false, "scope": "port 443"}) == {"clients send plain text to cart (port 443): a tls block without a mode is DISABLE"}
}

test_disable_against_strict_names_the_conflict if {
	conflicts := {"answer": "yes", "why": "Deployment cart takes mTLS alone", "by": []}
	_messages({"mode": "DISABLE", "conflicts": conflicts}) == {"clients send plain text to cart: mode is DISABLE, while Deployment cart takes mTLS alone"}
}

test_without_a_ca_is_found if {
	_messages({"verified": false}) == {"mode SIMPLE to cart names no caCertificates to verify the server against"}
	count(_messages({"mode": "MUTUAL", "verified": false, "credentialIgnored": true})) == 1
	count(_messages({"mode": "ISTIO_MUTUAL", "verified": false})) == 0
}

test_unverified_is_found if {
	_messages({"insecureSkipVerify": true}) == {"the certificate of cart is not verified: insecureSkipVerify is true"}
}

test_own_tls_against_strict_is_found if {
	conflicts := {"answer": "yes", "why": "Deployment cart takes mTLS alone", "by": []}
	_messages({"conflicts": conflicts}) == {"mode SIMPLE to cart is not the mesh's own: Deployment cart takes mTLS alone"}
}

test_names_are_asked_for_where_the_parameter_says_so if {
	count(_messages({})) == 0
	count(policy.findings) == 1 with input as _rule({})
		with data.parameters as {"mtls-strict/destinationrule-tls": {"requireSubjectAltNames": true}}
}
