package mining

import (
	"slices"
	"strings"
)

// sortWords puts the numbers of words in the order of the words. Variants begin
// alike, so that comparing them whole looks at the same bytes again and again;
// this looks at each once a level (three-way radix quicksort; J. Bentley and R.
// Sedgewick, Fast Algorithms for Sorting and Searching Strings, 1997).
func sortWords(numbers []int32, words []string, depth int) {
	const few = 12
	for len(numbers) > few {
		at := func(i int) int { return byteAt(words[numbers[i]], depth) }
		pivot := middleOf(at(0), at(len(numbers)/2), at(len(numbers)-1))
		low, high := 0, len(numbers)
		for i := 0; i < high; {
			switch b := at(i); {
			case b < pivot:
				numbers[low], numbers[i] = numbers[i], numbers[low]
				low++
				i++
			case b > pivot:
				high--
				numbers[high], numbers[i] = numbers[i], numbers[high]
			default:
				i++
			}
		}
		sortWords(numbers[:low], words, depth)
		sortWords(numbers[high:], words, depth)
		if pivot < 0 {
			return // these words end here: they are equal
		}
		numbers = numbers[low:high]
		depth++
	}
	slices.SortFunc(numbers, func(a, b int32) int { return strings.Compare(words[a][depth:], words[b][depth:]) })
}

// byteAt returns a byte of a word, -1 behind its end.
func byteAt(w string, at int) int {
	if at < len(w) {
		return int(w[at])
	}
	return -1
}

func middleOf(a, b, c int) int { return max(min(a, b), min(max(a, b), c)) }
