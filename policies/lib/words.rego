# How messages are worded.
package lib.words

# Stand in messages for the resource that is judged: `Deployment cart`,
subject := "\ue000"

# and `namespace shop`, or `the namespace` where it has no name. Whoever evaluates puts them there (src/evaluate), so that
# what was said of one resource need not be asked again of all that differ from it in their names.
namespace := "\ue001"

_most := 5

# The first of many, and how many more there are.
listed(names) := concat(", ", names) if count(names) <= _most

listed(names) := $"{concat(", ", array.slice(names, 0, _most))} and {count(names) - _most} more" if count(names) > _most
