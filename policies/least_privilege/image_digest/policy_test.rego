package policies.least_privilege.image_digest_test

import data.lib.pod_fixture_test as fixture
import data.policies.least_privilege.image_digest as policy

_pod(image) := fixture.pod([fixture.container({"name": "app", "image": image})], {})

test_tag_is_found if {
	some finding in policy.findings with input.pod as _pod("nginx:1.27")
	finding.path == ["spec", "containers", 0, "image"]
	finding.message == "image nginx:1.27 of container app has no digest"
}

test_digest_is_silent if {
	count(policy.findings) == 0 with input.pod as _pod($"nginx:1.27@sha256:{_hex(64)}")
	count(policy.findings) == 0 with input.pod as _pod($"nginx@sha512:{_hex(128)}")
}

_hex(length) := concat("", ["a" | some _ in numbers.range(1, length)])

test_what_is_no_digest_is_found if {
	every digest in ["sha256:abc", $"sha256:{upper(_hex(64))}", $"sha256:{_hex(63)}g", $"sha512:{_hex(64)}", $"md5:{_hex(32)}", _hex(64)] {
		count(policy.findings) == 1 with input.pod as _pod($"nginx:1.27@{digest}")
	}
	some finding in policy.findings with input.pod as _pod("nginx@sha256:abc")
	finding.message == "image nginx@sha256:abc of container app is pinned to sha256:abc, which is no digest"
}

test_filled_in_later_is_unknown if {
	count(policy.findings) == 0 with input.pod as _pod("${IMAGE}")
	count(policy.unknowns) == 1 with input.pod as _pod("${IMAGE}")
}
