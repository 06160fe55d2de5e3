package lib.image_test

import data.lib.image

test_tags if {
	tags := {
		"nginx": "",
		"nginx:1.27": "1.27",
		"registry.example.com:5000/nginx": "",
		"registry.example.com:5000/team/nginx:1.27": "1.27",
		"nginx:1.27@sha256:abc": "1.27",
		"nginx@sha256:abc": "",
	}
	every reference, tag in tags {
		image.tag(reference) == tag
	}
}

test_names if {
	names := {
		"nginx": "docker.io/library/nginx",
		"bitnami/nginx": "docker.io/bitnami/nginx",
		"ghcr.io/acme/nginx@sha256:abc": "ghcr.io/acme/nginx",
		"localhost/nginx": "localhost/nginx",
		"registry:5000/nginx": "registry:5000/nginx",
		"nginx:1.27": "docker.io/library/nginx:1.27",
	}
	every reference, name in names {
		image.full_name(reference) == name
	}
}

test_unresolved if {
	every reference in ["ko://example.com/cmd", "cart:$(TAG)", "cart:{{inputs.parameters.tag}}", "${IMAGE}", "<image>"] {
		image.unresolved(reference)
	}
	not image.unresolved("registry.example.com/cart:1.4.2")
}

test_a_gateway_gets_its_image_from_the_injector if {
	containers := [
		{"name": "istio-proxy", "path": ["a"], "spec": {"image": "auto"}},
		{"name": "app", "path": ["b"], "spec": {"image": "auto"}},
	]
	world := {"pod": {"containers": containers}}
	{item.path | some item in image.unresolved_images} == {["a", "image"]} with input as world
	{item.path | some item in image.images} == {["b", "image"]} with input as world
}
