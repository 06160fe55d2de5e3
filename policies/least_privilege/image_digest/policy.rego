# METADATA
# scope: package
# title: "Image without digest"
# description: "Only a digest names one image for ever; whoever can push to the registry can give a tag to another."
# related_resources:
#   - https://kubernetes.io/docs/concepts/containers/images/
# custom:
#   severity: low
#   stage: 2
#   judges: [pod]
#   remediation: "Add the digest to the image: name:tag@sha256:…."
#   owner: app
#   controls:
#     iso-27001-2022: {A.5.21: J, A.8.19: J, A.8.8: J}
#     gdpr: {Art. 32(1)(d): J}
package policies.least_privilege.image_digest

import data.lib.image

findings contains {
	"path": item.path,
	"message": $"image {item.image} of {item.of} has no digest",
} if {
	some item in image.images
	not image.pinned(item.image)
}

findings contains {
	"path": item.path,
	"message": $"image {item.image} of {item.of} is pinned to {digest}, which is no digest",
} if {
	some item in image.images
	digest := image.invalid_digest(item.image)
}

unknowns contains {
	"path": item.path,
	"message": $"image {item.image} of {item.of} is filled in later",
} if {
	some item in image.unresolved_images
}
