# METADATA
# scope: package
# title: "Image from another registry"
# description: "An image from a registry that nobody vouches for runs code that nobody reviewed, scanned or signed."
# related_resources:
#   - https://kubernetes.io/docs/concepts/containers/images/
# custom:
#   severity: medium
#   stage: 1
#   judges: [pod]
#   remediation: "Use an image from a registry that the configuration allows, or mirror it there."
#   owner: app
#   controls:
#     iso-27001-2022: {A.5.21: J, A.8.19: J, A.8.8: J}
#     gdpr: {Art. 32(1)(d): J}
#   parameters:
#     allowed:
#       type: array
#       default: []
#       description: "Registries, or paths in them, that images may come from: registry.example.com, docker.io/library. Empty: no opinion."
package policies.least_privilege.image_registry

import data.lib.image

findings contains {
	"path": item.path,
	"message": $"image {item.image} of {item.of} is from none of the allowed registries",
} if {
	count(_allowed) > 0
	some item in image.images
	name := image.full_name(item.image)
	not _from_allowed(name)
}

_allowed := data.parameters["least-privilege/image-registry"].allowed

# An entry is a registry or a path in it: docker.io/library allows nginx, and not docker.io/library-of/nginx.
_from_allowed(name) if {
	some entry in _allowed
	startswith(name, $"{trim_right(entry, "/")}/")
}

_from_allowed(name) if name in _allowed

# Behind a repository a tag begins there, behind a registry a port, which makes another of it.
_from_allowed(name) if {
	some entry in _allowed
	contains(entry, "/")
	startswith(name, $"{entry}:")
}

unknowns contains {
	"path": item.path,
	"message": $"image {item.image} of {item.of} is filled in later",
} if {
	count(_allowed) > 0
	some item in image.unresolved_images
}
