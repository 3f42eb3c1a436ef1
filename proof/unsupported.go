package proof

import _ "embed"

// Unsupported lists the reference data for which the engine is not built yet, a
// pattern and a name a line. It may only shrink.
//
//go:embed unsupported.txt
var Unsupported string
