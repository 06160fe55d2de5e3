package policies.mtls_strict.certificate_renewal_test

import data.policies.mtls_strict.certificate_renewal as policy

_parameters := {"mtls-strict/certificate-renewal": {"maxDurationHours": 2400, "minRenewPercentage": 10}}

_fields(spec, duration, before) := fields if {
	certificate := {"durationHours": duration, "renewBeforeHours": before, "unreadable": []}
	judged := {"resource": {"spec": spec}, "facts": {"mesh": {"certificate": certificate}}}
	findings := policy.findings with input as judged with data.parameters as _parameters
	fields := {finding.path[count(finding.path) - 1] | some finding in findings}
}

_issuer(spec) := paths if {
	judged := {"resource": {"spec": spec}, "facts": {"mesh": {"certificate": null}}}
	findings := policy.findings with input as judged with data.parameters as _parameters
	paths := {finding.path | some finding in findings}
}

test_long_life_is_found_but_for_authorities if {
	_fields({}, 2401, null) == {"duration"}
	_fields({"isCA": true}, 87600, null) == set()
	_fields({}, 2400, null) == set()
}

test_late_renewal_is_found if {
	_fields({"renewBefore": "24h"}, 2160, 24) == {"renewBefore"}
	_fields({"renewBefore": "2160h"}, 2160, 2160) == {"renewBefore"}
	_fields({"renewBefore": "720h"}, 2160, 720) == set()
	_fields({"renewBeforePercentage": 5}, 2160, null) == {"renewBeforePercentage"}
}

test_keys if {
	_fields({"privateKey": {"rotationPolicy": "Never"}}, 2160, null) == {"rotationPolicy"}
	_fields({"privateKey": {"size": 1024}}, 2160, null) == {"size"}
	_fields({"privateKey": {"algorithm": "ECDSA", "size": 256}}, 2160, null) == set()
	_fields({"signatureAlgorithm": "ECDSAWithSHA1"}, 2160, null) == {"signatureAlgorithm"}
}

test_unreadable_duration_is_unknown if {
	certificate := {"durationHours": null, "renewBeforeHours": 360, "unreadable": ["duration"]}
	unreadable := {"resource": {"spec": {"duration": "90 days"}}, "facts": {"mesh": {"certificate": certificate}}}
	count(policy.findings) == 0 with input as unreadable with data.parameters as _parameters
	count(policy.unknowns) == 1 with input as unreadable with data.parameters as _parameters
}

test_issuers if {
	_issuer({"vault": {"server": "http://vault.example.com"}}) == {["spec", "vault", "server"]}
	_issuer({"acme": {"server": "https://acme.example.com", "skipTLSVerify": true}}) == {["spec", "acme", "skipTLSVerify"]}
	_issuer({"acme": {"server": "https://acme.example.com"}}) == set()
}
