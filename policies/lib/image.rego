# Image references (https://github.com/distribution/reference): [registry/]repository[:tag][@digest].
package lib.image

# The images of the pod, of its containers and of its volumes: {of, path, image}. `ko://` and what a later step fills in are none yet.
images := [item |
	some item in _stated
	not _later(item)
]

unresolved_images := [item |
	some item in _stated
	_later(item)
]

_later(item) if unresolved(item.image)

# Istio's injector puts its proxy in the place of a gateway's `auto`.
_later({"of": "container istio-proxy", "image": "auto", "path": _})

unresolved(image) if startswith(image, "ko://")

unresolved(image) if {
	some mark in ["$", "{{", "<"]
	contains(image, mark)
}

# Lists: a set of objects is hashed, which took longer than to judge them.
_stated := array.concat(_of_containers, _of_volumes)

_of_containers := [item |
	some container in input.pod.containers
	image := object.get(container.spec, "image", "")
	not image in {"", null}
	item := {"of": $"container {container.name}", "path": array.concat(container.path, ["image"]), "image": image}
]

# https://kubernetes.io/docs/concepts/storage/volumes/#image
_of_volumes := [item |
	some volume in input.pod.volumes
	image := object.get(volume.spec, ["image", "reference"], "")
	not image in {"", null}
	item := {"of": $"volume {volume.name}", "path": array.concat(volume.path, ["image", "reference"]), "image": image}
]

pinned(image) if contains(image, "@")

# What is no digest: the reference cannot be resolved, so nothing is pulled (https://github.com/opencontainers/go-digest).
invalid_digest(image) := digest if {
	[_, digest] := split(image, "@")
	not _is_digest(split(digest, ":"))
}

# The algorithms that are registered, in lower-case hexadecimal digits.
_is_digest([algorithm, digits]) if {
	count(digits) == {"sha256": 64, "sha384": 96, "sha512": 128}[algorithm]
	trim(digits, "0123456789abcdef") == ""
}

# The tag; empty where there is none. A port of the registry is no tag.
tag(image) := concat(":", array.slice(parts, 1, count(parts))) if {
	segments := split(split(image, "@")[0], "/")
	parts := split(segments[count(segments) - 1], ":")
}

# The whole name, with the registry that a bare name means: nginx is docker.io/library/nginx.
full_name(image) := name if {
	_has_registry(image)
	name := split(image, "@")[0]
} else := $"docker.io/{split(image, "@")[0]}" if {
	contains(image, "/")
} else := $"docker.io/library/{split(image, "@")[0]}"

# The first segment is a registry if it looks like a host.
_has_registry(image) if {
	contains(image, "/")
	_is_host(split(image, "/")[0])
}

_is_host("localhost")

_is_host(segment) if contains(segment, ".")

_is_host(segment) if contains(segment, ":")
