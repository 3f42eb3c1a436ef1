// Package proof holds the commands that show what the library is worth:
// validate recomputes published figures through the public API, bench measures
// against other libraries side by side.
package proof
