package policies.least_privilege.secret_in_manifest_test

import data.policies.least_privilege.secret_in_manifest as policy

_secret(change) := object.union({"kind": "Secret", "type": "Opaque"}, change)

test_data_is_found_by_its_keys if {
	some finding in policy.findings with input.resource as _secret({"data": {"user": "Y2FydA==", "password": "aHVudGVyMg=="}})
	finding.path == ["data"]
	finding.message == "the Secret has its values in the repository: password, user"
}

test_string_data_is_found if {
	some finding in policy.findings with input.resource as _secret({"stringData": {"password": "hunter2"}})
	finding.path == ["stringData"]
}

test_what_is_no_base64_is_found if {
	count(policy.findings) == 1 with input.resource as _secret({"data": {"password": "not base64!"}})
}

test_empty_and_filled_in_later_are_silent if {
	values := {"a": "", "b": "<path:kv/db#password>", "c": "${PASSWORD}", "d": "ref+vault://db", "e": "{{ x }}"}
	count(policy.findings) == 0 with input.resource as _secret({"stringData": values})
	count(policy.findings) == 0 with input.resource as _secret({"data": {"a": base64.encode("<path:kv/db#password>"), "b": ""}})
	count(policy.findings) == 0 with input.resource as _secret({"data": null})
	count(policy.findings) == 0 with input.resource as _secret({})
}

test_encrypted_is_silent if {
	resource := _secret({"data": {"password": "ENC[AES256_GCM,data:x]"}, "sops": {"mac": "x"}})
	count(policy.findings) == 0 with input.resource as resource
}

test_certificates_are_silent if {
	data_ := {"ca.crt": "LS0t", "tls.crt": "LS0t", "ca-bundle.pem": "LS0t"}
	count(policy.findings) == 0 with input.resource as _secret({"data": data_})
	count(policy.findings) == 1 with input.resource as _secret({"data": {"tls.crt": "LS0t", "tls.key": "LS0t"}})
}
