package policies.mtls_strict.egress_tls_origination_test

import data.policies.mtls_strict.egress_tls_origination as policy

_entry(number, protocol, encrypted) := {"facts": {"mesh": {"egress": {"hosts": "stock.example.com", "ports": [{
	"number": number,
	"protocol": protocol,
	"path": ["spec", "ports", 0],
	"encrypted": {"answer": encrypted, "why": "no DestinationRule originates TLS", "by": []},
}]}}}}

test_plain_text_is_found if {
	policy.findings == {{
		"path": ["spec", "ports", 0, "protocol"],
		"message": "port 80 of stock.example.com leaves the mesh as plain HTTP: no DestinationRule originates TLS",
	}} with input as _entry(80, "HTTP", "no")
	count(policy.findings) == 1 with input as _entry(1521, "TCP", "no")
}

test_encrypted_is_silent if {
	count(policy.findings) == 0 with input as _entry(80, "HTTP", "yes")
	every protocol in ["HTTPS", "TLS"] {
		count(policy.findings) == 0 with input as _entry(443, protocol, "no")
		count(policy.unknowns) == 0 with input as _entry(443, protocol, "no")
	}
}

test_doubt_is_unknown if {
	count(policy.findings) == 0 with input as _entry(80, "HTTP", "unknown")
	count(policy.unknowns) == 1 with input as _entry(80, "HTTP", "unknown")
	count(policy.findings) == 0 with input as _entry(443, "TCP", "no")
	count(policy.unknowns) == 1 with input as _entry(443, "TCP", "no")
}
