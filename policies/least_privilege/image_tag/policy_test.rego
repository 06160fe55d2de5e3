package policies.least_privilege.image_tag_test

import data.lib.pod_fixture_test as fixture
import data.policies.least_privilege.image_tag as policy

_pod(image) := fixture.pod([fixture.container({"name": "app", "image": image})], {})

_parameters := {"least-privilege/image-tag": {"moving": ["latest"]}}

test_latest_is_found if {
	some finding in policy.findings with input.pod as _pod("nginx:latest") with data.parameters as _parameters
	finding.path == ["spec", "containers", 0, "image"]
	finding.message == "image nginx:latest of container app has tag latest, which moves"
}

test_no_tag_is_found if {
	some finding in policy.findings with input.pod as _pod("registry:5000/nginx") with data.parameters as _parameters
	finding.message == "image registry:5000/nginx of container app has no tag"
}

test_version_and_digest_are_silent if {
	every image in ["nginx:1.27", "nginx@sha256:abc", "nginx:latest@sha256:abc"] {
		count(policy.findings) == 0 with input.pod as _pod(image) with data.parameters as _parameters
	}
}

test_no_image_is_silent if {
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({})], {}) with data.parameters as _parameters
}

test_filled_in_later_is_unknown if {
	count(policy.findings) == 0 with input.pod as _pod("nginx:$(TAG)") with data.parameters as _parameters
	count(policy.unknowns) == 1 with input.pod as _pod("nginx:$(TAG)")
}
