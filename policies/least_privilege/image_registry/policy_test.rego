package policies.least_privilege.image_registry_test

import data.lib.pod_fixture_test as fixture
import data.policies.least_privilege.image_registry as policy

_pod(image) := fixture.pod([fixture.container({"name": "app", "image": image})], {})

_parameters := {"least-privilege/image-registry": {"allowed": ["registry.example.com", "ghcr.io/acme/", "docker.io/library/nginx"]}}

test_other_registries_are_found if {
	every image in ["docker.io/evil/cart", "cart:1", "registry.example.com.evil.org/cart", "registry.example.com:5000/cart", "ghcr.io/acme-evil/cart"] {
		count(policy.findings) == 1 with input.pod as _pod(image) with data.parameters as _parameters
	}
}

test_allowed_registries_are_silent if {
	every image in ["registry.example.com/cart:1", "ghcr.io/acme/cart@sha256:abc", "nginx", "nginx:1.27", "docker.io/library/nginx:1"] {
		count(policy.findings) == 0 with input.pod as _pod(image) with data.parameters as _parameters
	}
}

test_no_opinion_by_default if {
	none := {"least-privilege/image-registry": {"allowed": []}}
	count(policy.findings) == 0 with input.pod as _pod("docker.io/evil/cart") with data.parameters as none
	count(policy.unknowns) == 0 with input.pod as _pod("$IMAGE") with data.parameters as none
}

test_filled_in_later_is_unknown if {
	count(policy.unknowns) == 1 with input.pod as _pod("$IMAGE") with data.parameters as _parameters
}
