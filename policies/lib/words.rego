# How messages are worded.
package lib.words

_most := 5

# The first of many, and how many more there are.
listed(names) := concat(", ", names) if count(names) <= _most

listed(names) := $"{concat(", ", array.slice(names, 0, _most))} and {count(names) - _most} more" if count(names) > _most
