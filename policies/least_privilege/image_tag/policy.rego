# METADATA
# scope: package
# title: "Moving image tag"
# description: "A tag that moves means that what runs tomorrow is not what was reviewed today, and nobody can tell which it was."
# related_resources:
#   - https://kubernetes.io/docs/concepts/containers/images/
# custom:
#   severity: medium
#   stage: 2
#   judges: [pod]
#   remediation: "State the version of the image as its tag, or better its digest."
#   owner: app
#   controls:
#     iso-27001-2022: {A.5.21: J, A.8.19: J, A.8.8: J}
#     gdpr: {Art. 32(1)(d): J}
#   parameters:
#     moving:
#       type: array
#       default: [latest]
#       description: "Tags that are known to move."
package policies.least_privilege.image_tag

import data.lib.image

findings contains {
	"path": item.path,
	"message": $"image {item.image} of {item.of} {what}",
} if {
	some item in image.images
	not image.pinned(item.image)
	what := _moving(image.tag(item.image))
}

_moving("") := "has no tag"

_moving(tag) := $"has tag {tag}, which moves" if tag in data.parameters["least-privilege/image-tag"].moving

unknowns contains {
	"path": item.path,
	"message": $"image {item.image} of {item.of} is filled in later",
} if {
	some item in image.unresolved_images
}
