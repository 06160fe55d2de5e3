# How messages are worded.
package lib.words

_most := 5

# The first of many, and how many more there are.
listed(names) := concat(", ", names) if count(names) <= _most

listed(names) := $"{concat(", ", array.slice(names, 0, _most))} and {count(names) - _most} more" if count(names) > _most

# What the resource under judgement is called: whoever leaves its name to the API server says how it begins.
name := input.resource.metadata.name if input.resource.metadata.name

else := $"{input.resource.metadata.generateName}*" if input.resource.metadata.generateName

else := ""
