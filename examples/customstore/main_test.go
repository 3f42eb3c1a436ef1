package main

import (
	"context"
	"os"
)

func Example() {
	if err := run(context.Background(), os.Stdout); err != nil {
		panic(err)
	}
	// Output:
	// draft    version 1, repeated: false
	// draft    version 1, repeated: true
	// approved version 2, repeated: false
	// approved version 2, repeated: true
	// 2026-03-02  campaign/spring  campaign.draft by ann
	// 2026-03-03  campaign/spring  campaign.approved by ann
}
